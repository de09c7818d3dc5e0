package import KubernetesAPI
package import YAML

/// One document of a source: an object, nothing, or an error.
///
/// Each item of a `List` is a document.
package struct ManifestDocument: Sendable {
    /// The content of a document.
    package enum Content: Sendable {
        /// The node is the tree of the object, for the positions of its fields.
        case object(KubernetesObject, node: ManifestNode)
        /// Only comments, or `null`.
        case empty
        case invalid(ManifestError)
    }

    /// The name of the source: a path, or the name for standard input.
    package let source: String
    /// The number of the document in its source, from 0.
    package let index: Int
    /// The number of the item in each list around it, outermost first; empty outside of lists.
    package let itemPath: [Int]
    /// The start of the document.
    package let position: Position
    /// The content of the document.
    package let content: Content
    /// The document's tree; `nil` if it cannot be parsed.
    package let node: ManifestNode?

    /// A document with these values.
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
    /// The error as `FILE:LINE:COLUMN: reason`; `nil` if there is none.
    package var errorLine: String? {
        guard case .invalid(let error) = content else { return nil }
        guard error.isAboutField, let path = node?.path(ofNodeAt: error.position), !path.isEmpty else {
            return "\(source):\(error.position): \(error.message)"
        }
        return "\(source):\(error.position): \(path): \(error.message)"
    }

    /// Whether the document can be read but is not a Kubernetes object: it is not an object, or has neither `apiVersion` nor `kind`.
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
    /// The API version of the list, and of the items of a typed list; empty if it is missing.
    let apiVersion: String
    /// The kind of the items of a typed list; `nil` for `kind: List`.
    let itemKind: String?

    /// Reads a tree as a list; `nil` if it is not a list.
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

/// The error of an invalid document, with its position.
package enum ManifestError: Error, Sendable, Equatable {
    case yaml(YAMLError)
    /// The text is not JSON, or a field has a wrong type.
    case decoding(DecodingFailure)
}

extension ManifestError {
    /// The position of the error.
    package var position: Position {
        switch self {
        case .yaml(let error): error.position
        case .decoding(let failure): failure.location.positionOrStart
        }
    }

    /// Whether the text can be parsed but its content is invalid: a field has a wrong type, or a key occurs twice.
    package var isAboutContent: Bool {
        switch self {
        case .yaml(let error):
            if case .duplicateKey = error.reason { true } else { false }
        case .decoding(let failure):
            if case .duplicateKey = failure.reason { true } else { failure.isAboutContent }
        }
    }

    /// Whether a field has a wrong type or value.
    package var isAboutField: Bool {
        if case .decoding(let failure) = self { failure.isAboutContent } else { false }
    }

    /// The reason in one line, without the position.
    package var message: String {
        switch self {
        case .yaml(let error): error.reason.description
        case .decoding(let failure): failure.reason.description
        }
    }
}

extension DecodingFailure.Location {
    /// The line and column, which nodes always have.
    fileprivate var positionOrStart: Position {
        switch self {
        case .position(let position): position
        case .byteOffset: Position(line: 1, column: 1)
        }
    }
}
