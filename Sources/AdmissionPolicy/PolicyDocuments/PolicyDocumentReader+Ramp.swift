import KubernetesAPI
import PodScoring

extension PolicyDocumentReader {
    /// The most steps of a ramp; a request that scores low is held against each of them.
    static let stepLimit = 50

    /// Reads `from`: the steps in which the minimum of `enforce` rises; what is wrong is reported and left out.
    mutating func readRamp(
        _ member: ManifestNode.Member?,
        of level: String,
        above minimumScore: Int?,
        under ruleset: Ruleset?
    ) -> [ScorePolicy.RampStep] {
        guard let member else { return [] }
        guard level.utf8.elementsEqual(SpecField.enforce.rawValue.utf8) else {
            diagnostics.report(.ramp(.outsideEnforce(level: level)), at: member.keyPosition)
            return []
        }
        guard case .array(let elements) = member.value.value else {
            diagnostics.reportType(of: member.value, field: member.key, expected: .array)
            return []
        }
        var steps: [ScorePolicy.RampStep] = []
        var (date, minimum): (CivilDate?, Int?) = (nil, minimumScore)
        for (index, element) in elements.enumerated() {
            guard index < Self.stepLimit else {
                diagnostics.report(.ramp(.tooManySteps(limit: Self.stepLimit)), at: element.position)
                break
            }
            let step = readStep(element, named: "from[\(index)]", after: date, above: minimum, under: ruleset)
            (date, minimum) = (step.date ?? date, step.minimumScore ?? minimum)
            guard let date = step.date, let minimum = step.minimumScore else { continue }
            steps.append(ScorePolicy.RampStep(date: date, minimumScore: minimum))
        }
        return steps
    }

    /// Reads one step and compares it with what stands before it.
    private mutating func readStep(
        _ node: ManifestNode,
        named name: String,
        after previousDate: CivilDate?,
        above previousMinimum: Int?,
        under ruleset: Ruleset?
    ) -> (date: CivilDate?, minimumScore: Int?) {
        guard let fields = PolicyFields<RampField>(node, name: name, at: node.position, reportingTo: &diagnostics) else {
            return (nil, nil)
        }
        let dateNode = fields.required(.date, reportingTo: &diagnostics)?.value
        let date = dateNode.flatMap { readDate($0, field: RampField.date.rawValue) }
        if let date, let dateNode, let previousDate, date <= previousDate {
            diagnostics.report(.ramp(.dateNotLater(date, previous: previousDate)), at: dateNode.position)
        }
        let minimumNode = fields.required(.minimumScore, reportingTo: &diagnostics)?.value
        let minimum = minimumNode.flatMap { readMinimumScore($0, under: ruleset) }
        if let minimum, let minimumNode, let previousMinimum, minimum < previousMinimum {
            diagnostics.report(.ramp(.minimumFalls(minimum, previous: previousMinimum)), at: minimumNode.position)
        }
        return (date, minimum)
    }

    /// Reads a day.
    mutating func readDate(_ node: ManifestNode, field: String) -> CivilDate? {
        guard let text = diagnostics.string(node, field: field) else { return nil }
        if let date = CivilDate(parsing: text) { return date }
        diagnostics.report(.invalidDate(text, field: field), at: node.position)
        return nil
    }
}
