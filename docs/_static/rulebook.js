// Buttons that copy. Without this file they stay hidden and the page loses nothing else.
"use strict";

const copyText = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // pages opened from a folder
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copying is not allowed here");
};

// What a button copies: its data-copy, else the element its data-copy-from selects.
const textFor = (button) => {
  if (button.dataset.copy !== undefined) return button.dataset.copy;
  const source = document.querySelector(button.dataset.copyFrom);
  return source ? source.textContent.trimEnd() : "";
};

const announce = (button, words) => {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = words;
  setTimeout(() => { button.textContent = label; }, 1600);
};

const wire = (button) => {
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await copyText(textFor(button));
      announce(button, "Copied");
    } catch {
      announce(button, "Press Ctrl+C");
    }
  });
};

const addToCode = (box) => {
  const code = box.querySelector("pre");
  if (!code) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.dataset.copy = code.textContent.trimEnd();
  if (box.matches(".highlight-pycon, .highlight-pycon *")) {
    button.dataset.copy = code.textContent.split("\n")
      .filter((line) => /^(>>>|\.\.\.)( |$)/.test(line)).map((line) => line.slice(4)).join("\n");
  }
  box.append(button);
};

document.querySelectorAll(".bd-article div.highlight").forEach((box) => {
  if (!box.closest(".cell_output")) addToCode(box);
});
document.querySelectorAll("button.copy").forEach(wire);
