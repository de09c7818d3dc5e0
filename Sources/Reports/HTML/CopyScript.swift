/// The part of a page's script that makes buttons that copy.
enum CopyScript {
    /// Functions in JavaScript, indented as in the scripts that contain them.
    static let text: HTML = """
          const copy = async (text) => {
            if (navigator.clipboard) return navigator.clipboard.writeText(text);
            const area = document.createElement("textarea");
            area.value = text;
            document.body.append(area);
            area.select();
            const isCopied = document.execCommand("copy");
            area.remove();
            if (!isCopied) throw new Error("not copied");
          };
          const copyButton = (title, text) => {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = title;
            button.addEventListener("click", async () => {
              try {
                await copy(text());
                button.textContent = "Copied";
              } catch {
                button.textContent = "Not copied";
              }
              setTimeout(() => { button.textContent = title; }, 2000);
            });
            return button;
          };

        """
}
