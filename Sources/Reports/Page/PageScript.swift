/// The script of the page with a form: files, line numbers, links to lines, and buttons that copy.
///
/// Without it the page does the same by its form and its links. It makes no markup of a text, keeps nothing and asks no server.
enum PageScript {
    /// The SHA-256 of ``text`` in base64, by which the page's policy allows it.
    static let digest = "Qf9mfZg+5uEdYfOdWjAs1/ZOoOcYV6D9PLNfIiF6aA8="

    /// The script.
    static let text: HTML = """
        "use strict";
        (() => {
          const find = (id) => document.getElementById(id);
          const form = find("form");
          const text = find("manifest");
          const lines = find("lines");
          const editor = text.parentElement;
          const { ruleset, minimum, standard, file } = form.elements;

          const countLines = () => {
            let count = 1;
            for (let at = text.value.indexOf("\\n"); at !== -1 && at + 1 < text.value.length; at = text.value.indexOf("\\n", at + 1)) count += 1;
            return count;
          };
          let count = countLines();
          const fit = () => { text.rows = Math.max(24, count + 1); };
          const number = () => {
            const rows = [];
            for (let line = 1; line <= count; line += 1) rows.push(String(line).padStart(4));
            const plain = document.createElement("span");
            plain.setAttribute("aria-hidden", "true");
            plain.textContent = rows.join("\\n") + "\\n";
            lines.replaceChildren(plain);
          };
          const change = () => {
            const now = countLines();
            const hasMarks = lines.querySelector("a") !== null;
            const isOther = now !== count;
            count = now;
            if (isOther || hasMarks) number();
            if (isOther) fit();
            const stale = find("stale");
            if (stale) stale.hidden = false;
          };

          const say = (sentence) => {
            const problem = find("problem");
            problem.textContent = sentence;
            problem.hidden = sentence === "";
          };
          const take = async (files) => {
            const limit = Number(form.dataset.limit);
            const size = [...files].reduce((sum, one) => sum + one.size, 0);
            if (size > limit) return say("The file has " + size + " bytes. At most " + limit + " bytes are scored.");
            try {
              const texts = await Promise.all([...files].map((one) => one.text()));
              text.value = texts.map((one, index) => index + 1 < texts.length && !one.endsWith("\\n") ? one + "\\n" : one).join("---\\n");
            } catch {
              return say("The file cannot be read.");
            }
            say("");
            change();
            text.focus();
            text.setSelectionRange(0, 0);
          };

        \(CopyScript.text)
          const choices = () => {
            const query = new URLSearchParams();
            for (const field of [ruleset, minimum, standard]) if (field.value !== "") query.set(field.name, field.value);
            return query;
          };
          const link = () => { find("link").href = "/?" + choices(); };
          const goToLine = (line) => {
            const value = text.value;
            let start = 0;
            for (let passed = 1; passed < line; passed += 1) {
              const end = value.indexOf("\\n", start);
              if (end === -1) return;
              start = end + 1;
            }
            const end = value.indexOf("\\n", start);
            text.focus({ preventScroll: true });
            text.setSelectionRange(start, end === -1 ? value.length : end);
            const height = parseFloat(getComputedStyle(text).lineHeight);
            editor.scrollTop = Math.max(0, (line - 1) * height - editor.clientHeight / 2);
            editor.scrollIntoView({ block: "nearest" });
          };

          fit();
          text.addEventListener("input", change);
          text.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            form.requestSubmit();
          });
          file.addEventListener("change", async () => {
            await take(file.files);
            file.value = "";
          });
          const hasFiles = (event) => event.dataTransfer !== null && [...event.dataTransfer.types].includes("Files");
          document.addEventListener("dragover", (event) => {
            if (!hasFiles(event)) return;
            event.preventDefault();
            editor.classList.add("dropping");
          });
          document.addEventListener("dragleave", (event) => {
            if (event.relatedTarget === null) editor.classList.remove("dropping");
          });
          document.addEventListener("drop", (event) => {
            if (!hasFiles(event)) return;
            event.preventDefault();
            editor.classList.remove("dropping");
            take(event.dataTransfer.files);
          });
          form.addEventListener("change", link);
          for (const example of document.getElementsByClassName("example")) {
            const name = new URL(example.href).searchParams.get("example");
            example.addEventListener("click", () => {
              const query = choices();
              query.set("example", name);
              example.href = "/?" + query;
            });
          }
          document.addEventListener("click", (event) => {
            const target = event.target.closest("a[href^='#line-']");
            if (target === null) return;
            event.preventDefault();
            goToLine(Number(target.hash.slice("#line-".length)));
          });
          document.querySelector(".main").title = "Ctrl+Enter in the text does the same";
          const again = document.querySelector(".again");
          if (again) {
            again.append(
              copyButton("Copy the fixed manifest", () => find("fixed").value),
              copyButton("Copy the difference", () => find("diff").textContent),
            );
          }
        })();

        """
}
