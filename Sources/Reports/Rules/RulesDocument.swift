package import PodScoring

/// Writes the documentation of the rules, `docs/rules.md`.
package enum RulesDocument {
    /// The whole document.
    package static var text: String {
        ([head, overview, blindSpots, "## The rules\n"] + RuleCatalog.builtIn.map(section)).joined(separator: "\n")
    }

    /// The section of one rule.
    package static func section(of rule: Rule) -> String {
        var lines = ["### \(rule.id)", "", rule.reason, ""]
        lines += RuleFacts.sentences(of: rule)
        lines += ["", "**What to do:** \(rule.fix)", "", "```yaml", rule.example, "```", ""]
        lines += ["| ruleset | points | asked of |", "|---|---|---|"]
        lines += RuleFacts.points(of: rule).map { "| `\($0.ruleset)` | \(RuleFacts.signed($0.points)) | \($0.kinds) |" }
        lines += ["", "Looks at `\(rule.selector)`.", ""]
        if let blindSpot = rule.blindSpot { lines += ["**What a scan cannot know:** \(blindSpot)", ""] }
        lines += ["See " + rule.references.map { "<\($0)>" }.joined(separator: ", "), ""]
        return lines.joined(separator: "\n")
    }

    private static let head = """
        # Rules

        <!-- Written by `make docs` from the rules in Sources/PodScoring/Rules: change those, not this file. -->

        A rule looks at one thing that a Pod can do well or badly. A positive rule earns its points when it holds, a negative one costs its points when
        it does not; the sum is the score. How many points a rule has, and how strictly it looks, is a ruleset's. A released ruleset never changes: the
        same Pod has the same score under it for ever.

        `podscore rules` lists the rules, `podscore rules ID` prints what stands here about one of them. [adding-a-rule.md](adding-a-rule.md) says how a
        rule comes to be here.

        """

    /// A line for each rule, with its points in each ruleset.
    private static var overview: String {
        var lines = ["| rule | " + Ruleset.all.map { "`\($0.label)`" }.joined(separator: " | ") + " | what to do |"]
        lines.append("|---|" + Ruleset.all.map { _ in "---|" }.joined() + "---|")
        for rule in RuleCatalog.builtIn {
            let points = Ruleset.all.map { ruleset in
                ruleset.entries.first { $0.rule.id.utf8.elementsEqual(rule.id.utf8) }.map { RuleFacts.signed($0.points) } ?? ""
            }
            lines.append("| [\(rule.id)](#\(rule.id.lowercased())) | " + points.joined(separator: " | ") + " | \(rule.fix) |")
        }
        let best = Ruleset.all.map { "\($0.bestPossibleScore(for: .pod)) under `\($0.label)`" }.joined(separator: ", ")
        lines += ["", "The best possible score of a Pod on Linux is \(best).", ""]
        return lines.joined(separator: "\n")
    }

    private static let blindSpots = """
        ## What no scan can know

        A manifest is not all that decides how a Pod runs. Podscore judges what is written and guesses nothing:

        * **Defaults of a namespace.** A LimitRange adds requests and limits; at admission they are there, in a manifest they are not.
        * **The service account.** It can refuse its token for all of its Pods; only an admitted Pod shows that.
        * **Injected containers.** A service mesh adds containers on the way into the cluster. Each counts at admission, none in a manifest.
        * **What a claim leads to.** A PersistentVolumeClaim may end at a path on a node, or at a file share that everybody mounts.

        So a manifest and the Pod that comes of it may score differently. Where a rule is concerned, its section says so. What the API server fills in by
        itself (the default service account, requests made of limits, AppArmor annotations, ports on the node's network) changes no score, but for the
        requests of a Pod that has limits as a whole.

        """
}
