/* The figures renew themselves while somebody looks at them. The page is fetched again under its own address, so what is
   opened stays open; only what changed is put in its place, so the date that is being chosen and the scroll stay. */
"use strict";
(() => {
  const main = document.querySelector("main[data-every]");
  if (!main) return;
  const every = Number(main.dataset.every) * 1000;
  let taken = Date.now();

  async function renew() {
    if (document.hidden || Date.now() - taken < every) return;
    taken = Date.now();
    const answer = await fetch(location.href, { cache: "no-store", redirect: "error" }).catch(() => null);
    if (answer && answer.status === 401) location.reload();
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (now && now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
    }
  }

  setInterval(renew, 5000);
  document.addEventListener("visibilitychange", renew);
})();
