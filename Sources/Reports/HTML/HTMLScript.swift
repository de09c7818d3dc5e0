/// The script of a report: filter, search, order, and buttons that copy.
///
/// Without it a report has the same content. It makes markup only of the `noscript` of an object, which a browser without script reads as
/// the same markup. Otherwise it sets properties and adds nodes of text.
enum HTMLScript {
    /// The SHA-256 of ``text`` in base64, by which a page's policy allows it.
    static let digest = "sqQepXOQpjlRPkOrcZDfAq38TRQ8vsXLWmG3GgVYsMY="

    /// The script; the address has its choices behind `#?`, so that a view can be kept as a bookmark.
    static let text: HTML = """
        "use strict";
        (() => {
          const list = document.getElementById("objects");
          const form = document.getElementById("filter");
          const count = document.getElementById("count");
          const fields = form.elements;
          const objects = [...list.getElementsByClassName("object")];
          const names = ["q", "result", "namespace", "rule", "order"];

          const texts = new Map();
          const textOf = (object) => {
            let text = texts.get(object);
            if (text === undefined) texts.set(object, text = object.firstElementChild.textContent.toLowerCase());
            return text;
          };
          const matches = (object, words) =>
            (!fields.result.value || object.dataset.result === fields.result.value)
            && (!fields.namespace.value || "=" + object.dataset.namespace === fields.namespace.value)
            && (!fields.rule.value || object.dataset.rules.split(" ").includes(fields.rule.value))
            && words.every((word) => textOf(object).includes(word));

          const together = (some) => {
            const all = document.createDocumentFragment();
            for (const object of some) all.append(object);
            return all;
          };
          // A repository has many documents without a score. They are there to be found, not to be read first.
          const skipped = objects.filter((object) => object.dataset.result === "skipped");
          const others = objects.filter((object) => object.dataset.result !== "skipped");
          const skippedLast = [...others, ...skipped];
          // Moving takes time, so the fewer ones are moved.
          if (skipped.length < others.length) list.append(together(skipped));
          else list.prepend(together(others));

          let order = "";
          const sort = () => {
            if (order === fields.order.value) return;
            order = fields.order.value;
            const number = (object) => order in object.dataset ? Number(object.dataset[order]) : Infinity;
            const sorted = order ? [...skippedLast].sort((a, b) => number(a) < number(b) ? -1 : number(a) > number(b) ? 1 : 0) : skippedLast;
            list.append(together(sorted));
          };
          const apply = () => {
            const words = fields.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
            let shown = 0;
            for (const object of objects) {
              object.hidden = !matches(object, words);
              if (!object.hidden) shown += 1;
            }
            sort();
            count.textContent = shown + " of " + objects.length + (objects.length === 1 ? " object" : " objects");
            const choices = new URLSearchParams();
            for (const name of names) if (fields[name].value) choices.set(name, fields[name].value);
            if (choices.size || location.hash.startsWith("#?")) history.replaceState(null, "", "#?" + choices);
          };
          const read = () => {
            if (!location.hash.startsWith("#?")) return;
            const choices = new URLSearchParams(location.hash.slice(2));
            for (const name of names) {
              fields[name].value = choices.get(name) ?? "";
              if (fields[name].selectedIndex === -1) fields[name].value = "";
            }
          };

          const addChoices = (select, key, prefix) => {
            for (const row of document.querySelectorAll("tr[data-" + key + "]")) {
              const name = row.dataset[key];
              const option = document.createElement("option");
              option.value = prefix + name;
              option.textContent = name || "(unknown)";
              select.append(option);
              const cell = row.cells[row.dataset.cell];
              const button = document.createElement("button");
              button.type = "button";
              button.textContent = cell.textContent;
              button.title = "Show these objects";
              button.addEventListener("click", () => {
                form.reset();
                select.value = option.value;
                apply();
                list.scrollIntoView();
              });
              cell.replaceChildren(button);
            }
          };

        \(CopyScript.text)\
          const copyFixButton = (name, text) => {
            const button = copyButton("Copy", () => text);
            button.setAttribute("aria-label", "Copy the fix for " + name);
            return button;
          };
          const addCopyButtons = (object) => {
            for (const finding of object.querySelectorAll(".findings li")) {
              const fix = finding.querySelector(".fix");
              if (!fix) continue;
              const link = finding.querySelector("a");
              const example = link && document.getElementById(link.hash.slice(1))?.querySelector("pre");
              finding.append(copyFixButton(link ? link.textContent : "this finding", example ? example.textContent : fix.firstChild.data.trim()));
            }
          };
          const fill = (object) => {
            const body = object.querySelector("noscript");
            if (!body) return;
            const template = document.createElement("template");
            template.innerHTML = body.textContent;
            body.replaceWith(template.content);
            addCopyButtons(object);
          };

          addChoices(fields.namespace, "namespace", "=");
          addChoices(fields.rule, "rule", "");
          for (const rule of document.querySelectorAll(".rule")) {
            const example = rule.querySelector("pre");
            if (example) example.after(copyFixButton(rule.id.slice("rule-".length), example.textContent));
          }
          list.addEventListener("toggle", (event) => fill(event.target), true);
          addEventListener("beforeprint", () => { for (const object of objects) if (!object.hidden) fill(object); });
          // The browser's own search finds only what is filled.
          for (const object of objects) if (object.open || objects.length <= 500) fill(object);
          form.addEventListener("submit", (event) => event.preventDefault());
          form.addEventListener("input", apply);
          form.addEventListener("reset", () => setTimeout(apply));
          document.getElementById("open").addEventListener("click", (event) => {
            const shown = [...list.children].filter((object) => !object.hidden).slice(0, 500);
            const opens = shown.some((object) => !object.open);
            for (const object of shown) object.open = opens;
          });
          document.addEventListener("keydown", (event) => {
            if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
            event.preventDefault();
            fields.q.focus();
          });
          addEventListener("hashchange", () => {
            if (!location.hash.startsWith("#?")) return;
            read();
            apply();
          });
          form.hidden = false;
          read();
          apply();
        })();

        """
}
