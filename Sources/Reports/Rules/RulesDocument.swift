import KubernetesAPI
package import PodScoring

/// The documentation of the rules, `docs/rules.md`.
package enum RulesDocument {
    /// The whole document.
    package static var text: String {
        ([head, overview, classes, blindSpots, "## The rules\n"] + RuleCatalog.builtIn.map(section)).joined(separator: "\n")
    }

    /// Returns the section of one rule.
    package static func section(of rule: Rule) -> String {
        var lines = ["### \(rule.id)", "", rule.reason, ""]
        lines += RuleFacts.sentences(of: rule)
        lines += ["", "**What to do:** \(rule.fix)", "", "```yaml", rule.example, "```", ""]
        if !rule.adjustments.isEmpty { lines += ["**What else must change:**", ""] + rule.adjustments.map { "* \($0)" } + [""] }
        lines += ["| ruleset | points | applies to |", "|---|---|---|"]
        lines += RuleFacts.points(of: rule).map { "| `\($0.ruleset)` | \(RuleFacts.signed($0.points)) | \($0.kinds) |" }
        lines += ["", "Fields: `\(rule.selector)`.", ""]
        if let blindSpot = rule.blindSpot { lines += ["**Limitation:** \(blindSpot)", ""] }
        lines += ["See " + rule.references.map { "<\($0)>" }.joined(separator: ", "), ""]
        return lines.joined(separator: "\n")
    }

    private static let head = """
        # Rules

        <!-- Written by `make docs` from the rules in Sources/PodScoring/Rules: change those, not this file. -->

        Each rule checks one property of a Pod or of the object around it. A positive rule adds points if the object complies, a negative rule deducts
        points if the object violates it; the score is the sum. A ruleset gives each rule its points and decides how strict the check is. A released
        ruleset never changes, so the same Pod always has the same score under it.

        `podscore rules` lists the rules, and `podscore rules ID` prints the details of one rule. See [adding-a-rule.md](adding-a-rule.md) for how to
        add a rule.

        """

    /// A table of the rules with their points in each ruleset.
    private static var overview: String {
        var lines = ["| rule | " + Ruleset.all.map { "`\($0.label)`" }.joined(separator: " | ") + " | class | what to do |"]
        lines.append("|---|" + Ruleset.all.map { _ in "---|" }.joined() + "---|---|")
        for rule in RuleCatalog.builtIn {
            let points = Ruleset.all.map { ruleset in
                ruleset.entries.first { $0.rule.id.hasSameBytes(as: rule.id) }.map { RuleFacts.signed($0.points) } ?? ""
            }
            let head = "| [\(rule.id)](#\(rule.id.lowercased())) | " + points.joined(separator: " | ")
            lines.append("\(head) | \(rule.fixClass.rawValue) | \(rule.fix) |")
        }
        let best = Ruleset.all.map { "\($0.bestPossibleScore(for: .pod)) under `\($0.label)`" }.joined(separator: ", ")
        lines += ["", "The best possible score of a Pod on Linux is \(best).", ""]
        return lines.joined(separator: "\n")
    }

    private static let classes = """
        ## What a fix takes

        Each fix has a class. Denials, warnings and reports name it behind the rule or the fix, except for `manifest`:

        | class | in texts | what it takes |
        |---|---|---|
        | `manifest` | | Programs do not notice the fix. Only these fixes can be pasted unchanged. |
        | `application` | `[check application]` | Check that the program can do without what the fix takes away. |
        | `image` | `[check image]` | Check that the image fits: a numeric user, readable files, writable paths. |
        | `value` | `[your value]` | Only you know the value: an account, an amount, a digest. Examples show it as `YOUR-…`. |
        | `node` | `[check nodes]` | Check that all nodes support it. The Pod does not start on other nodes. |

        The class can depend on the place, as the section of the rule says. For several places, it is the last one in the table.

        The shortest way to a minimum score has the mandatory changes first. It has changes of class `node` only where no others reach the minimum, or
        where the policy says `nodes: {appArmor: true, userNamespaces: true}`. Within that, it has as few changes as possible.

        """

    private static let blindSpots = """
        ## Limitations of a scan

        A manifest does not determine everything about a running Pod. Podscore scores what the manifest says and guesses nothing:

        * **Namespace defaults.** A LimitRange adds requests and limits. They are visible at admission, but not in a manifest.
        * **The service account.** It can disable the token for all of its Pods. Only an admitted Pod shows that.
        * **Injected containers.** A service mesh adds containers at admission. They count there, but a manifest does not show them.
        * **Persistent volumes.** A PersistentVolumeClaim may be bound to a path on a node, or to a file share that other workloads mount.

        So a manifest and the Pod created from it can have different scores; the section of each affected rule says so. Fields that the API server fills
        in (the default service account, requests copied from limits, AppArmor annotations, ports on the node's network) do not change the score, except
        for the requests of a Pod with Pod-level limits.

        """
}
