import KubernetesAPI
import Manifests

@testable import Fixes

/// Edits of small texts, for tests.
enum Editing {
    /// Makes edits in the first document of a text; the error says why one is refused.
    static func text(_ text: String, _ edits: FieldEdit...) throws -> String {
        let bytes = Array(text.utf8)
        guard let edited = EditedText(bytes).replacing(try replacements(edits, in: bytes)) else { return "overlapping" }
        return String(decoding: edited.bytes, as: UTF8.self)
    }

    /// The replacements of edits in the first document.
    static func replacements(_ edits: [FieldEdit], in bytes: [UInt8]) throws -> [TextReplacement] {
        guard let document = ManifestText.documents(in: bytes).first, let node = tree(bytes) else { return [] }
        for edit in edits {
            if let refusal = document.refusal(of: edit, in: document.root) { throw refusal }
        }
        let tree = EditTree(edits).removingEmptiedArrays(of: node)
        return try TextEditor.replacements(for: tree, of: document.root, in: TextLines(bytes))
    }

    /// The tree of the first document.
    static func tree(_ bytes: [UInt8]) -> ManifestNode? {
        Array(ManifestStream(source: "f", bytes: bytes)).first?.node
    }

    /// Tells whether edits of a text give the tree that the same edits of its tree give.
    static func isExact(_ text: String, _ edits: FieldEdit...) throws -> Bool {
        let bytes = Array(text.utf8)
        guard let before = tree(bytes), let edited = EditedText(bytes).replacing(try replacements(edits, in: bytes)) else { return false }
        let expected = EditTree(edits).removingEmptiedArrays(of: before).applied(to: before)
        return tree(edited.bytes)?.hasSameContent(as: expected) ?? false
    }
}

extension FieldEdit {
    /// Sets the field at a path.
    static func set(_ path: String, _ value: Scalar) -> FieldEdit { FieldEdit([Step](path: path), .set(value)) }
    /// Adds a text to the array at a path.
    static func append(_ path: String, _ text: String) -> FieldEdit { FieldEdit([Step](path: path), .append(text)) }
    /// Removes what stands at a path.
    static func remove(_ path: String) -> FieldEdit { FieldEdit([Step](path: path), .remove) }
}
