extension Ruleset {
    /// The rulesets by which one can score, the default one first.
    package static let all: [Ruleset] = [podscoreV1, kubesecV2, kubesecV20]

    /// The ruleset of that name, compared as bytes; `nil` when there is none.
    package static func named(_ name: String) -> Ruleset? {
        all.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}
