// Small helps on every page.  Pages work without it: reading, searching and forms need no script.

/** Tell screen readers what happened, and everybody for a moment. */
export function say(text) {
  let box = document.querySelector("#said");
  if (!box) {
    box = document.createElement("p");
    box.id = "said";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(box.timer);
  box.timer = setTimeout(() => box.classList.remove("shown"), 2500);
}

/** Put `text` on the clipboard, also where the page is not served over TLS. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "away";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function copyButtons(root) {
  for (const code of root.querySelectorAll("[data-copy-code] pre")) {
    if (code.parentElement.classList.contains("copyable")) continue;
    const around = document.createElement("div");
    around.className = "copyable";
    code.replaceWith(around);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small second";
    button.textContent = code_words.copy;
    button.addEventListener("click", async () => {
      if (await copy(code.innerText.replace(/\n$/, ""))) say(code_words.copied);
    });
    code.tabIndex = 0;
    around.append(code, button);
  }
}

let code_words = { copy: "Copy", copied: "Copied" };

function start() {
  const worded = document.querySelector("[data-copy-code]");
  if (worded) code_words = { copy: worded.dataset.copyCode, copied: worded.dataset.copied };
  copyButtons(document);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    if (source && (await copy(source.content?.textContent ?? source.textContent)))
      say(button.dataset.copied);
  });
}

start();
