import PodScoring

extension MinimumLabel {
    /// Stands for no minimum: no score is as low, since no ruleset has so many rules with so many points.
    static let noMinimum = -100_000

    /// The minimum of a level under the label of the request's Namespace, as ``ScorePolicy/tightened(by:)`` finds it: an int expression.
    ///
    /// `own` is the policy's minimum, `best` the highest value that the label can have.
    func minimum(raising own: Int?, best: Int) -> String {
        let other = own ?? Self.noMinimum
        let raises = own.map { "&&int(l)>\($0)" } ?? ""
        return "\(label).optMap(l,\(Self.isMinimum(upTo: best))\(raises)?int(l):\(other)).orValue(\(other))"
    }

    /// Whether the label of the request's Namespace sets a minimum: a boolean expression.
    func isSet(upTo best: Int) -> String {
        "\(label).optMap(l,\(Self.isMinimum(upTo: best))).orValue(false)"
    }

    private var label: String { "\(NamespaceTest.labels)[?\(CELText.literal(rawValue))]" }

    /// As ``minimum(parsing:best:)``; the regular expression keeps numbers that are too long from `int`, for which they are errors.
    private static func isMinimum(upTo best: Int) -> String {
        "l.matches('^(0|[1-9][0-9]{0,\(max(String(best).utf8.count - 1, 0))})$')&&int(l)<=\(best)"
    }
}
