// The few things that only the browser knows: keys, what was typed, where the newest message is, who looks.
const page = (() => {
  const narrow = window.matchMedia("(max-width: 700px)");

  // Enter sends; while a Vietnamese input method is composing, Enter is its own.
  function onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  // The words stay in the field until the server has them on disk; sent twice, they carry the same key.
  function take(event) {
    event.preventDefault();
    const field = event.target.querySelector("textarea");
    if (!field.value.trim()) return null;
    if (field.dataset.sent !== field.value) {
      field.dataset.sent = field.value;
      field.dataset.key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    }
    keep(field);
    return { text: field.value, key: field.dataset.key };
  }

  // What is written and not yet on disk outlives a reload, with the key under which it may have been sent.
  function keep(field) {
    const { sent, key } = field.dataset;
    const name = `draft ${field.dataset.testid}`;
    if (field.value) sessionStorage.setItem(name, JSON.stringify({ text: field.value, sent, key }));
    else sessionStorage.removeItem(name);
  }

  function restore(field) {
    const stored = JSON.parse(sessionStorage.getItem(`draft ${field.dataset.testid}`) || "null");
    if (!stored || field.value) return;
    field.value = stored.text;
    if (stored.key) Object.assign(field.dataset, { sent: stored.sent, key: stored.key });
    grow(field);
  }

  function kept(key) {
    const field = document.querySelector(`textarea[data-key="${key}"]`);
    if (!field) return;
    if (field.value.startsWith(field.dataset.sent)) field.value = field.value.slice(field.dataset.sent.length);
    delete field.dataset.sent;
    delete field.dataset.key;
    keep(field);
    grow(field);
  }

  function grow(field) {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 140)}px`;
  }

  // The chats are reversed: 0 is the newest message, above it is negative. What nobody asked for is read from its top.
  function toNewest(chats) {
    requestAnimationFrame(() => {
      for (const chat of chats) {
        const last = chat.querySelector(".row:last-of-type");
        const above = last?.matches(".unasked") ? last.offsetHeight + 24 - chat.clientHeight : 0;
        chat.scrollTop = -Math.max(0, above);
      }
    });
  }

  function follow(changes) {
    const chats = new Set();
    for (const change of changes) {
      if (change.type === "attributes") {
        if (change.target.matches(".phone")) chats.add(change.target.querySelector(".chat"));
      } else if (change.addedNodes.length) {
        const chat = change.target.closest?.(".chat");
        if (chat) chats.add(chat);
        else if (change.target.querySelectorAll) change.target.querySelectorAll(".chat").forEach((found) => chats.add(found));
      }
    }
    chats.delete(null);
    if (chats.size) toNewest(chats);
  }

  function report() {
    const root = document.querySelector(".page");
    if (!root) return setTimeout(report, 50);
    if (narrow.matches && !root.dataset.looked) root.querySelector(".story").removeAttribute("open");
    if (!root.dataset.looked) {
      document.fonts.ready.then(() => toNewest(document.querySelectorAll(".chat")));
      document.querySelectorAll("textarea").forEach(restore);
    }
    root.dataset.looked = "yes";
    const detail = { narrow: narrow.matches, visible: document.visibilityState === "visible" };
    root.dispatchEvent(new CustomEvent("looks", { detail }));
  }

  function point(testid) {
    const phone = document.querySelector(`[data-testid="${testid}"]`);
    if (!phone) return;
    if (narrow.matches) document.querySelector(".story")?.removeAttribute("open");
    phone.scrollIntoView({ block: "nearest" });
    phone.classList.remove("pointed");
    void phone.offsetWidth; // restarts the animation
    phone.classList.add("pointed");
  }

  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(follow).observe(document.body, {
      subtree: true, childList: true, attributes: true, attributeFilter: ["class"],
    });
    document.addEventListener("input", (event) => {
      if (!event.target.matches("textarea")) return;
      grow(event.target);
      keep(event.target);
    });
    document.addEventListener("visibilitychange", report);
    narrow.addEventListener("change", report);
    window.addEventListener("resize", () => toNewest(document.querySelectorAll(".chat")));
  });

  return { onKey, take, kept, report, point };
})();
