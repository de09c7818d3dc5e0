package import Fixes
import KubernetesAPI
import Manifests
import Reports

/// Edits the text of manifests so that their objects reach a goal.
///
/// It works in rounds, since a fix can make another one possible. After each round the text is read again, and every document must be
/// exactly the announced one. The edits of an object that is not are withdrawn.
package struct ManifestFixer: Sendable {
    /// Says which documents are objects, as in a scan.
    private let scan: ManifestScan
    private let planner: FixPlanner

    /// The most rounds; three are the most that any known manifest takes.
    private static let roundLimit = 8

    /// The most checks that find the objects whose edits change the number of documents.
    private static let checkLimit = 64

    /// A fixer of the documents that a scan scores under the ruleset of the planner's goal.
    package init(planner: FixPlanner) {
        let goal = planner.goal
        scan = ManifestScan(ruleset: goal.ruleset, policies: nil, defaultNamespace: goal.defaultNamespace, today: goal.today)
        self.planner = planner
    }

    /// Fixes a text of some origin.
    package func fix(_ bytes: [UInt8], named name: String, from origin: TextOrigin = .stream) -> FixedManifest {
        var manifest = FixedManifest(name: name, text: EditedText(bytes))
        var documents = Array(ManifestStream(source: name, bytes: bytes, workloads: scan.workloadsToRead))
        var targets: [Target] = []
        for index in documents.indices {
            guard let scanned = scan.result(of: documents[index], from: origin) else { continue }
            if case .invalid(let problem) = scanned.outcome { manifest.problems.append(problem) }
            if let target = target(scanned, at: index, in: documents) { targets.append(target) }
        }
        guard manifest.problems.isEmpty else { return manifest }
        for _ in 0..<Self.roundLimit {
            guard let round = round(&targets, in: documents, manifest.text) else { break }
            (manifest.text, documents) = round
        }
        let edited = FixedText(manifest.text.bytes)
        manifest.objects = targets.map { target in
            var object = target.object
            guard let current = current(at: target.index, in: documents) else { return object }
            let plan = plan(target, current, edited)
            object.finish(plan, current.assessment, in: current.node)
            return object
        }
        return manifest
    }

    /// An object to fix.
    private struct Target {
        /// Its place among the documents.
        let index: Int
        var object: FixedObject
        /// Whether its edits were withdrawn.
        var isGivenUp = false
        /// The edits that the text does not allow.
        var refused: [FieldEdit] = []
    }

    /// An object as the last round left it.
    private struct Current {
        let node: ManifestNode
        /// The tree without placeholders.
        let stripped: ManifestNode
        let object: KubernetesObject
        let assessment: FixAssessment
    }

    /// The object of a scanned document; `nil` if no rule or policy applies to it.
    private func target(_ scanned: ScannedDocument, at index: Int, in documents: [ManifestDocument]) -> Target? {
        switch scanned.outcome {
        case .scored: break
        case .skipped(let object, _, _): guard object.podSpec != nil, planner.goal.hasDemands else { return nil }
        case .invalid: return nil
        }
        guard let current = current(at: index, in: documents) else { return nil }
        return Target(index: index, object: FixedObject(title: scanned.objectName, current.assessment, planner: planner))
    }

    private func current(at index: Int, in documents: [ManifestDocument]) -> Current? {
        guard case .object(var object, let node) = documents[index].content else { return nil }
        if object.metadata.namespace.isEmpty { object.metadata.namespace = scan.defaultNamespace }
        let stripped = node.withoutPlaceholders
        guard let scored = object.reread(from: stripped), let assessment = planner.goal.assess(scored) else { return nil }
        return Current(node: node, stripped: stripped, object: scored, assessment: assessment)
    }

    private func plan(_ target: Target, _ current: Current, _ text: FixedText) -> FixPlan {
        let place = text.place(of: current.node)
        var plan = planner.plan(for: current.object, current.stripped, current.assessment) { edit in
            guard !target.isGivenUp, !target.refused.contains(edit), let place else { return EditRefusal(.form, at: nil) }
            return place.document.refusal(of: edit, in: place.object)
        }
        plan.keepChanges(of: current.node)
        return plan
    }

    /// Makes one round of edits; `nil` if there is nothing to edit.
    private func round(
        _ targets: inout [Target],
        in documents: [ManifestDocument],
        _ text: EditedText
    ) -> (text: EditedText, documents: [ManifestDocument])? {
        let written = FixedText(text.bytes)
        let lines = TextLines(text.bytes)
        var edits: [Edited] = []
        for number in targets.indices where !targets[number].isGivenUp {
            guard let current = current(at: targets[number].index, in: documents) else { continue }
            guard let place = written.place(of: current.node) else { continue }
            func replacements(_ edits: [FieldEdit]) -> (tree: EditTree, all: [TextReplacement]?) {
                let tree = EditTree(edits).removingEmptiedArrays(of: current.node)
                return (tree, try? TextEditor.replacements(for: tree, of: place.object, in: lines))
            }
            let possible = plan(targets[number], current, written)
            targets[number].refused += possible.edits.filter { replacements([$0]).all == nil }
            let plan = targets[number].refused.isEmpty ? possible : plan(targets[number], current, written)
            let (tree, made) = replacements(plan.edits)
            guard !plan.changes.isEmpty, let made else {
                targets[number].isGivenUp = !plan.changes.isEmpty
                continue
            }
            edits.append(Edited(target: number, plan: plan, node: current.node, tree: tree, replacements: made))
        }
        while !edits.isEmpty {
            let (result, failed) = check(edits, targets, in: documents, text)
            if let result {
                for edited in edits { targets[edited.target].object.note(edited.plan, in: edited.node) }
                return result
            }
            for edited in edits where failed.contains(edited.target) { targets[edited.target].isGivenUp = true }
            edits.removeAll { failed.contains($0.target) }
        }
        return nil
    }

    /// The edits of one object in a round.
    private struct Edited {
        let target: Int
        let plan: FixPlan
        let node: ManifestNode
        let tree: EditTree
        let replacements: [TextReplacement]
    }

    /// Makes the edits and reads the text again; if it is not as announced, returns the objects to give up.
    private func check(
        _ edits: [Edited],
        _ targets: [Target],
        in documents: [ManifestDocument],
        _ text: EditedText,
        dividing: Bool = true
    ) -> (result: (EditedText, [ManifestDocument])?, failed: Set<Int>) {
        let all = Set(edits.map(\.target))
        guard let edited = text.replacing(edits.flatMap(\.replacements)) else { return (nil, all) }
        let read = Array(ManifestStream(source: documents.first?.source ?? "", bytes: edited.bytes, workloads: scan.workloadsToRead))
        guard read.count == documents.count else {
            return (nil, edits.count == 1 || !dividing ? all : worst(edits, targets, in: documents, text))
        }
        var failed: Set<Int> = []
        var isOtherChanged = false
        let editOfDocument = Dictionary(edits.map { (targets[$0.target].index, $0) }) { first, _ in first }
        for index in documents.indices {
            let edit = editOfDocument[index]
            guard let before = documents[index].node else { continue }
            let expected = edit.map { $0.tree.applied(to: before) } ?? before
            if let node = read[index].node, node.hasSameContent(as: expected), read[index].isObject == documents[index].isObject {
                continue
            }
            if let edit { failed.insert(edit.target) } else { isOtherChanged = true }
        }
        if failed.isEmpty, isOtherChanged { failed = all }
        return (failed.isEmpty ? (edited, read) : nil, failed)
    }

    /// The objects whose edits alone already spoil the text; all if none does, or if too many checks are needed to find them.
    ///
    /// Each check reads the whole text, so edits are checked together, and only parts with a failure are divided.
    private func worst(_ edits: [Edited], _ targets: [Target], in documents: [ManifestDocument], _ text: EditedText) -> Set<Int> {
        var failed: Set<Int> = []
        var parts = [edits[...]]
        var checksLeft = Self.checkLimit
        while let part = parts.popLast() {
            checksLeft -= 1
            guard checksLeft >= 0 else { return Set(edits.map(\.target)) }
            guard check(Array(part), targets, in: documents, text, dividing: false).result == nil else { continue }
            if part.count == 1 {
                failed.formUnion(part.map(\.target))
            } else {
                let middle = part.startIndex + part.count / 2
                parts += [part[..<middle], part[middle...]]
            }
        }
        return failed.isEmpty ? Set(edits.map(\.target)) : failed
    }
}

/// A text with the places of its values, which are read only when they are asked for.
private final class FixedText {
    private let bytes: [UInt8]
    private lazy var documents = ManifestText.documents(in: bytes)

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The place of an object; `nil` if it cannot be found.
    func place(of node: ManifestNode) -> (document: TextDocument, object: TextNode)? {
        let wanted = node.position
        let document = documents.lastOfPrefix { $0.root.begins(atOrBefore: wanted) }
        guard let document, let object = document.root.mapping(at: wanted) else { return nil }
        return (document, object)
    }
}

extension ManifestDocument {
    /// Whether the document is an object that can be decoded.
    fileprivate var isObject: Bool {
        if case .object = content { true } else { false }
    }
}
