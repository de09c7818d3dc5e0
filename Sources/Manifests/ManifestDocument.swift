package import KubernetesAPI
package import YAML

/// One result of reading a source: an object, nothing, or something broken.
///
/// An item of a `List` is a document of its own.
package struct ManifestDocument: Sendable {
    /// What the document is.
    package enum Content: Sendable {
        /// The node is the object's own tree, for the positions of its fields.
        case object(KubernetesObject, node: ManifestNode)
        /// Nothing but comments, or `null`.
        case empty
        case broken(ManifestError)
    }

    /// The name of the source: a path, or what stands for standard input.
    package let source: String
    /// The number of the document in its source, from 0.
    package let index: Int
    /// The number of the item in each list around it, outermost first; empty outside of lists.
    package let itemPath: [Int]
    /// Where the document begins.
    package let position: Position
    /// What the document is.
    package let content: Content
    /// The document's tree; `nil` when the text has none.
    package let node: ManifestNode?

    /// What the document is.
    package init(
        source: String,
        index: Int,
        itemPath: [Int] = [],
        position: Position,
        content: Content,
        node: ManifestNode? = nil
    ) {
        self.source = source
        self.index = index
        self.itemPath = itemPath
        self.position = position
        self.content = content
        self.node = node
    }
}

extension ManifestDocument {
    /// What is broken, as `FILE:LINE:COLUMN: what`; `nil` when nothing is.
    package var errorLine: String? {
        guard case .broken(let error) = content else { return nil }
        guard error.isAboutField, let path = node?.path(ofNodeAt: error.position), !path.isEmpty else {
            return "\(source):\(error.position): \(error.message)"
        }
        return "\(source):\(error.position): \(path): \(error.message)"
    }

    /// Whether the document can be read and is no object of Kubernetes: it is none at all, or has neither an API version nor a kind.
    package var isNoManifest: Bool {
        guard let node else { return false }
        guard case .object = node.value else { return itemPath.isEmpty }
        return itemPath.isEmpty && node["apiVersion"] == nil && node["kind"] == nil
    }
}

/// A list of objects: `kind: List`, or a typed one such as `PodList`.
struct ManifestList {
    /// The items, in order.
    let items: [ManifestNode]
    /// The API version of the list, and of the items of a typed one; empty when it is missing.
    let apiVersion: String
    /// The kind of the items of a typed list; `nil` for `kind: List`.
    let itemKind: String?

    /// Takes a tree as a list; `nil` when it is none.
    ///
    /// An object counts as a list when its kind ends with `List` and it has `items` but no `spec`; a null `items` is an empty list.
    init?(_ node: ManifestNode) {
        guard case .string(let kind) = node["kind"]?.value, kind.utf8.suffix(4).elementsEqual("List".utf8), node["spec"] == nil
        else { return nil }
        switch node["items"]?.value {
        case .array(let items): self.items = items
        case .null: items = []
        default: return nil
        }
        if case .string(let version) = node["apiVersion"]?.value { apiVersion = version } else { apiVersion = "" }
        let stem = String(decoding: kind.utf8.dropLast(4), as: UTF8.self)
        itemKind = stem.isEmpty ? nil : stem
    }
}

/// Why a document is broken, and where.
package enum ManifestError: Error, Sendable, Equatable {
    case yaml(YAMLError)
    /// The text is no JSON, or a field does not have the type of its kind.
    case decoding(DecodingFailure)
}

extension ManifestError {
    /// Where the problem begins.
    package var position: Position {
        switch self {
        case .yaml(let error): error.position
        case .decoding(let failure): failure.location.positionOrStart
        }
    }

    /// Whether the text can be parsed, and what it says is wrong: a field's type, a key that stands there twice.
    package var isAboutContent: Bool {
        switch self {
        case .yaml(let error):
            if case .duplicateKey = error.reason { true } else { false }
        case .decoding(let failure):
            if case .duplicateKey = failure.reason { true } else { failure.isAboutContent }
        }
    }

    /// Whether it is a field that has the wrong type or value.
    package var isAboutField: Bool {
        if case .decoding(let failure) = self { failure.isAboutContent } else { false }
    }

    /// One line without a position, fit to follow `FILE:LINE:COLUMN: `.
    package var message: String {
        switch self {
        case .yaml(let error): error.reason.description
        case .decoding(let failure): failure.reason.description
        }
    }
}

extension DecodingFailure.Location {
    /// The line and column; nodes always have one.
    fileprivate var positionOrStart: Position {
        switch self {
        case .position(let position): position
        case .byteOffset: Position(line: 1, column: 1)
        }
    }
}
