// Buttons that copy. Without this file they stay hidden and the page loses nothing else.
"use strict";

(() => {
  const blocks = document.currentScript?.dataset.blocks;
  const status = document.createElement("div");
  status.setAttribute("role", "status");
  status.className = "rule-copy-status";
  document.body.append(status);

  const fallback = (text) => {
    const area = document.createElement("textarea"); // pages opened from a folder
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copying is not allowed here");
  };

  const copy = async (text) => {
    if (!navigator.clipboard) return fallback(text);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      fallback(text);
    }
  };

  const say = (button, words) => {
    const label = button.dataset.label ?? button.textContent;
    button.dataset.label = label;
    button.textContent = words;
    status.textContent = words;
    setTimeout(() => { button.textContent = label; status.textContent = ""; }, 1600);
  };

  const wire = (button, text) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await copy(text());
        say(button, "Copied");
        button.focus();
      } catch {
        say(button, "Press Ctrl+C");
      }
    });
  };

  // A session is copied without its prompts and its output.
  const codeOf = (box) => {
    const text = box.querySelector("pre").textContent.trimEnd();
    if (!box.closest(".highlight-pycon")) return text;
    return text.split("\n").filter((line) => /^(>>>|\.\.\.)( |$)/.test(line))
      .map((line) => line.slice(4)).join("\n");
  };

  document.querySelectorAll("button.rule-copy[hidden]").forEach((button) => {
    const source = document.querySelector(button.dataset.copyFrom);
    if (source) wire(button, () => source.textContent.trim());
  });

  if (blocks) document.querySelectorAll(blocks).forEach((box) => {
    if (!box.querySelector("pre") || box.querySelector("button") || box.closest(".cell_output")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "rule-copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy code");
    wire(button, () => codeOf(box));
    box.append(button);
  });
})();
