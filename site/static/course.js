// What is wider than the page can be scrolled with the keyboard, too.
function makeReachable() {
  for (const box of document.querySelectorAll("pre, .output table, div.math, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

addEventListener("resize", makeReachable);
document.addEventListener("DOMContentLoaded", () => {
  makeReachable();
  // The theme's search page has no heading of its own.
  if (!document.querySelector("h1")) {
    const heading = document.createElement("h1");
    heading.textContent = "Search";
    document.querySelector("article, [role=main]")?.prepend(heading);
  }
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "Lessons");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
});
