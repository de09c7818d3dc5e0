import KubernetesAPI
import PodScoring

/// The form of the page: the choices, and the text with the numbers of its lines.
struct PageEditor {
    private let choices: PageChoices
    private let text: String?
    private let textByteLimit: Int

    /// A form with choices and a text.
    init(_ choices: PageChoices, _ text: String?, textByteLimit: Int) {
        self.choices = choices
        self.text = text
        self.textByteLimit = textByteLimit
    }

    /// The form; `lines` are the numbers of the lines, `problem` is a sentence about the form.
    ///
    /// The text comes before the numbers, so that Tab leads from the choices to it. A browser drops the first line break in a field.
    func markup(lines: HTML, _ problem: String?) -> HTML {
        """
        <form id="form" method="post" action="/#result" enctype="multipart/form-data" autocomplete="off" \
        aria-label="Manifest to score" data-limit="\(textByteLimit)">
        <div class="choices">
        \(ruleset)\(minimum)\(standard)<button type="submit" class="main">Score</button>
        </div>
        <p id="problem" class="bad" role="alert"\(problem == nil ? " hidden" : "" as HTML)>\(problem ?? "")</p>
        <label class="heading" for="manifest">Manifest in YAML or JSON</label>
        <div class="editor">
        <textarea id="manifest" name="manifest" wrap="off" rows="24" spellcheck="false" autocapitalize="off" autocomplete="off" \
        placeholder="Paste a manifest, or drop a file here.">
        \(verbatim: text ?? "")</textarea>
        <pre class="lines" id="lines">\(lines)</pre>
        </div>
        <div class="sources">
        <label>File<input type="file" name="file" accept=".yaml,.yml,.json"></label>
        <p>Examples: \(examples)</p>
        <p><a id="link" href="/\(choices.query)">Link to these choices</a>, without the manifest</p>
        </div>
        </form>

        """
    }

    private var ruleset: HTML {
        let options = Ruleset.all.map { Self.option($0.name, title: $0.name, isChosen: $0 === choices.ruleset) }
        return "<label>Ruleset<select name=\"ruleset\">\(options.joined())</select></label>\n"
    }

    private var minimum: HTML {
        let range = PageChoices.range(under: choices.ruleset)
        return """
            <label>Minimum score<input type="number" name="minimum" step="1" placeholder="none" min="\(range.lowerBound)" \
            value="\(choices.minimum.map { String($0) } ?? "")"></label>

            """
    }

    private var standard: HTML {
        var names = [("", "not checked"), ("baseline", "baseline"), ("restricted", "restricted")]
        let chosen = choices.standardName
        if !names.contains(where: { $0.0.hasSameBytes(as: chosen) }) { names.append((chosen, chosen)) }
        let options = names.map { Self.option($0.0, title: $0.1, isChosen: $0.0.hasSameBytes(as: chosen)) }
        return "<label>Pod Security Standard<select name=\"standard\">\(options.joined())</select></label>\n"
    }

    private static func option(_ value: String, title: String, isChosen: Bool) -> HTML {
        "<option value=\"\(value)\"\(isChosen ? " selected" : "" as HTML)>\(title)</option>"
    }

    private var examples: HTML {
        let links = PageExample.allCases.map { example -> HTML in
            "<a class=\"example\" href=\"/\(choices.query)&amp;example=\(example.rawValue)\">\(example.title)</a>"
        }
        return links.dropFirst().reduce(links.first ?? "") { [$0, ", ", $1].joined() }
    }
}
