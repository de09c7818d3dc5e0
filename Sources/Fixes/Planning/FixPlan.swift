package import KubernetesAPI
package import PodScoring

/// The edits that one round makes in an object.
package struct FixPlan: Sendable {
    /// A problem with the edits that fix it, or some of its places.
    package struct Change: Sendable {
        /// The problem.
        package let problem: FixProblem
        /// The edits; another change can share some of them.
        package let edits: [FieldEdit]
    }

    /// A place that stays as it is.
    package struct Left: Sendable {
        /// The problem.
        package let problem: FixProblem
        /// The place.
        package let finding: Finding
        /// Why, as a clause.
        package let reason: String
    }

    /// The changes, in the order of the problems.
    package var changes: [Change] = []
    /// The problems of the chosen classes that no edit can fix.
    package var left: [Left] = []

    /// All edits, each once.
    package var edits: [FieldEdit] {
        changes.flatMap(\.edits).reduce(into: []) { edits, edit in
            if !edits.contains(edit) { edits.append(edit) }
        }
    }

    /// Drops the edits that an object already has, such as a placeholder of an earlier run.
    package mutating func keepChanges(of object: ManifestNode) {
        changes = changes.compactMap { change in
            let edits = change.edits.filter { $0.changes(object) }
            return edits.isEmpty ? nil : Change(problem: change.problem, edits: edits)
        }
    }
}

/// Chooses the fixes for an object.
///
/// With demands, it takes those that are demanded, and then as few as it can to reach the minimum: the safest class first, and within a
/// class those with the most points. Without demands, it takes all. What a choice gains is found by scoring the changed object.
package struct FixPlanner: Sendable {
    /// The classes that are used by default: those that need no other image, value or node.
    package static let defaultClasses: Set<FixClass> = [.manifest, .application]

    /// The goal that each object should reach.
    package let goal: FixGoal
    /// The classes of fixes that may be used.
    package let classes: Set<FixClass>

    /// A planner for a goal.
    package init(goal: FixGoal, classes: Set<FixClass>) {
        self.goal = goal
        self.classes = classes
    }

    /// Plans a round for an object.
    ///
    /// `node` is its tree, without the placeholders of an earlier round. `refusal` says why the text does not allow an edit.
    package func plan(
        for object: KubernetesObject,
        _ node: ManifestNode,
        _ assessment: FixAssessment,
        refusal: (FieldEdit) -> EditRefusal?
    ) -> FixPlan {
        guard !(goal.hasDemands && assessment.isReached) else { return FixPlan() }
        var plan = FixPlan()
        let fixer = FieldFixer(subject: assessment.subject, node: node)
        for problem in assessment.problems where classes.contains(problem.fixClass) {
            var fix = fixer.fix(for: problem)
            let refused = fix.edits.compactMap { edit in refusal(edit).map { (edit, $0) } }
            // Edits of one mapping belong together, such as a user beside runAsNonRoot.
            fix.edits.removeAll { edit in refused.contains { $0.0.path.dropLast() == edit.path.dropLast() } }
            plan.left += fix.left.map { FixPlan.Left(problem: problem, finding: $0.finding, reason: $0.reason) }
            plan.left += refused.map { edit, refusal in
                FixPlan.Left(problem: problem, finding: Finding(.object, edit.path.text), reason: refusal.reason)
            }
            if problem.findings.isEmpty {
                plan.left.append(FixPlan.Left(problem: problem, finding: Finding(.object, ""), reason: "there is no container"))
            }
            if !fix.edits.isEmpty { plan.changes.append(FixPlan.Change(problem: problem, edits: fix.edits)) }
        }
        if goal.hasDemands { plan.changes = chosen(of: plan.changes, for: object, node, assessment) }
        return plan
    }

    /// The demanded changes, and those that the minimum needs beside them.
    private func chosen(
        of changes: [FixPlan.Change],
        for object: KubernetesObject,
        _ node: ManifestNode,
        _ assessment: FixAssessment
    ) -> [FixPlan.Change] {
        guard let minimum = assessment.minimum else { return changes.filter(\.problem.isDemanded) }
        func score(_ indices: [Int]) -> Int {
            self.score(of: indices.map { changes[$0] }, for: object, node) ?? assessment.score ?? 0
        }
        let optional = changes.indices.filter { !changes[$0].problem.isDemanded }
            .map { Option(index: $0, gain: score([$0]), problem: changes[$0].problem) }.sorted { $0.precedes($1) }.map(\.index)
        var taken = changes.indices.filter { changes[$0].problem.isDemanded }
        var reached = score(taken)
        for index in optional where reached < minimum {
            let now = score(taken + [index])
            guard now > reached else { continue }
            taken.append(index)
            reached = now
        }
        for index in optional.reversed() where taken.contains(index) {
            let rest = taken.filter { $0 != index }
            if score(rest) >= minimum { taken = rest }
        }
        return taken.sorted().map { changes[$0] }
    }

    /// A change that nothing demands.
    private struct Option {
        let index: Int
        /// The score with this change alone.
        let gain: Int
        let problem: FixProblem

        /// Whether it is safer, gains more, or fixes other rules as well.
        func precedes(_ other: Self) -> Bool {
            if problem.fixClass != other.problem.fixClass { return problem.fixClass < other.problem.fixClass }
            if gain != other.gain { return gain > other.gain }
            let implied = (problem.impliedCount, other.problem.impliedCount)
            return implied.0 != implied.1 ? implied.0 > implied.1 : index < other.index
        }
    }

    /// The score after some changes, with placeholders taken for values that satisfy their rules; `nil` if the object has no score.
    private func score(of changes: [FixPlan.Change], for object: KubernetesObject, _ node: ManifestNode) -> Int? {
        let edits = changes.flatMap(\.edits)
        let tree = EditTree(edits.filter { !$0.isPlaceholder }).removingEmptiedArrays(of: node)
        guard let score = object.reread(from: tree.applied(to: node)).flatMap({ goal.assess($0)?.score }) else { return nil }
        return score + changes.reduce(0) { $0 + ($1.edits.contains(where: \.isPlaceholder) ? $1.problem.points : 0) }
    }
}

extension KubernetesObject {
    /// The object that a changed tree of it holds; `nil` if that cannot be read.
    package func reread(from node: ManifestNode) -> KubernetesObject? {
        var object = KubernetesObject()
        // An item of a typed list gets both from the list.
        (object.kind, object.apiVersion) = (kind, apiVersion)
        guard (try? object.read(from: node, among: .standard)) != nil else { return nil }
        object.metadata.namespace = metadata.namespace
        return object
    }
}

extension ManifestNode {
    /// The tree without the fields that still have a placeholder, so that these count as missing.
    package var withoutPlaceholders: ManifestNode { hasPlaceholder ? stripped : self }

    private var isPlaceholder: Bool { text?.hasPrefix(FieldEdit.placeholderPrefix) ?? false }

    private var hasPlaceholder: Bool {
        switch value {
        case .array(let elements): elements.contains(where: \.hasPlaceholder)
        case .object(let members): members.contains { $0.value.hasPlaceholder }
        default: isPlaceholder
        }
    }

    private var stripped: ManifestNode {
        switch value {
        case .array(let elements): ManifestNode(.array(elements.map(\.stripped)), at: position)
        case .object(let members):
            ManifestNode(
                .object(
                    members.filter { !$0.value.isPlaceholder }.map {
                        Member(key: $0.key, keyPosition: $0.keyPosition, value: $0.value.stripped)
                    }
                ),
                at: position
            )
        default: self
        }
    }

    /// The paths of the placeholders with their positions, in the order of the text.
    package var placeholders: [(path: String, position: Position)] {
        var found: [(path: String, position: Position)] = []
        collectPlaceholders(below: [], in: &found)
        return found
    }

    private func collectPlaceholders(below path: [FieldEdit.Step], in found: inout [(path: String, position: Position)]) {
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() { element.collectPlaceholders(below: path + [.index(index)], in: &found) }
        case .object(let members):
            for member in members { member.value.collectPlaceholders(below: path + [.key(member.key)], in: &found) }
        default:
            if isPlaceholder { found.append((path.text, position)) }
        }
    }
}
