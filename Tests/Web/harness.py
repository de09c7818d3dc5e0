"""The checks, and what several of them use."""

CHECKS = []


def check(function):
    """Registers a check; checks run in this order."""
    CHECKS.append(function)
    return function


# A function in JavaScript that returns the kind and the name of an object, without its place.
TITLE = "(object => [...object.querySelector('h3').childNodes].map(node => node.data ?? '').join('').trim())"


def expect(condition, what):
    """Fails with a reason."""
    if not condition:
        raise AssertionError(what)


# The texts whose contrast to the first opaque background around them is below 4.5.
# Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
CONTRASTS = """(() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => numbers(colour).slice(0, 3).map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const ground = (element) => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if ((numbers(colour)[3] ?? 1) === 1) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const faint = new Set();
    for (const element of document.body.querySelectorAll('*')) {
        if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
        const [one, other] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => b - a);
        if ((one + 0.05) / (other + 0.05) < 4.5) faint.add(element.tagName + '.' + element.className + ': ' + element.textContent.slice(0, 40));
    }
    return [...faint];
})()"""


def fits_and_contrasts(open_page):
    """No page is wider than the window, and each text has a contrast of 4.5, on both widths, in light and dark; `open_page` opens it."""
    for width in (390, 1440):
        for scheme in ("light", "dark"):
            with open_page(width=width, scheme=scheme) as page:
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                expect(wide <= 0, f"{wide} pixels too wide at {width}")
                faint = page.evaluate(CONTRASTS)
                expect(faint == [], f"{scheme}: {faint[:3]}")
