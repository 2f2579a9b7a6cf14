// What pages do better with a script. Everything works without: forms have buttons, and details open by themselves.
"use strict";

// A choice in a form that only looks is sent as soon as it is made.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) {
      form.requestSubmit();
    }
  });
}

// On a small screen the menu begins closed, so that a page begins with what it is about.
const menu = document.querySelector("details.menu");
if (menu && window.matchMedia("(max-width: 52rem)").matches) {
  menu.removeAttribute("open");
}

// A form that changes something is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
}

// Whoever comes back to a page with the back button may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

// Escape closes what is open over the page.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.whose[open]")) {
      open.removeAttribute("open");
    }
  }
});
