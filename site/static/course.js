// What is wider than the page can be scrolled with the keyboard, too.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("pre, .output table, div.math, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "Lessons");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
});
