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
    /// The kind of an invalid text that is certainly no manifest; `nil` for all others.
    package let foreignText: ForeignText?

    /// A document with these values.
    package init(
        source: String,
        index: Int,
        itemPath: [Int] = [],
        position: Position,
        content: Content,
        node: ManifestNode? = nil,
        foreignText: ForeignText? = nil
    ) {
        self.source = source
        self.index = index
        self.itemPath = itemPath
        self.position = position
        self.content = content
        self.node = node
        self.foreignText = foreignText
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

    /// Whether the document can be read but is not meant as a Kubernetes object, such as the values of a chart; kubectl rejects it.
    ///
    /// An object without `kind` is meant as one if it has an `apiVersion` and `metadata` or `spec`. Text counts as one if readers with other
    /// ideas of a separator might find an object in it.
    package var isNoManifest: Bool {
        guard let node, itemPath.isEmpty else { return false }
        switch node.value {
        case .object:
            guard node.lacks("kind") else { return false }
            return node.lacks("apiVersion") || node["metadata"] == nil && node["spec"] == nil
        case .string(let text): return !text.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "{") }
        case .null, .bool, .integer, .number, .array: return true
        }
    }
}

/// An object with `items`, each of which is an object: a `List`, a typed one such as `PodList`, or any other.
///
/// kubectl creates the items of every such object and not the object. We report both, because other tools read the object itself.
/// Source: <https://github.com/kubernetes/apimachinery/blob/v0.32.0/pkg/apis/meta/v1/unstructured/helpers.go#L383>
struct ManifestList {
    /// The items, in order; at least one.
    let items: [ManifestNode]
    /// The API version of the list, and of the items of a typed list; empty if it is missing.
    let apiVersion: String
    /// The kind of the items of a typed list; `nil` for `kind: List`.
    let itemKind: String?
    /// Whether the list is nothing but a list, so that it is not reported itself.
    let isMereList: Bool

    /// Reads a tree as a list; `nil` if it has no items, or if it is a document without a kind.
    init?(_ node: ManifestNode, isItem: Bool) {
        guard let items = node["items"]?.elements, !items.isEmpty else { return nil }
        let kind = node["kind"]?.text ?? ""
        guard isItem || !kind.isEmpty else { return nil }
        self.items = items
        apiVersion = node["apiVersion"]?.text ?? ""
        let isNamedList = kind.utf8.suffix(4).elementsEqual("List".utf8)
        let stem = isNamedList ? String(decoding: kind.utf8.dropLast(4), as: UTF8.self) : kind
        itemKind = stem.isEmpty ? nil : stem
        isMereList = (isNamedList || kind.isEmpty) && node["spec"] == nil
        // kubectl rejects such an object, so it creates no items.
        guard isMereList || items.allSatisfy(\.isObject) else { return nil }
    }
}

extension ManifestNode {
    /// Whether an object lacks a key, or has null for it.
    package func lacks(_ key: String) -> Bool {
        switch self[key]?.value {
        case nil, .null: true
        default: false
        }
    }

    /// Whether the node is an object.
    fileprivate var isObject: Bool {
        if case .object = value { true } else { false }
    }
}

/// The error of an invalid document, with its position.
package enum ManifestError: Error, Sendable, Equatable {
    case yaml(YAMLError)
    /// The text is not JSON, or a field has a wrong type.
    case decoding(DecodingFailure)
    /// The text is not JSON, because the bracket at that position is not closed.
    case unclosed(DecodingFailure, bracket: Position)
}

extension ManifestError {
    /// The position of the error.
    package var position: Position {
        switch self {
        case .yaml(let error): error.position
        case .decoding(let failure), .unclosed(let failure, _): failure.location.positionOrStart
        }
    }

    /// Whether the text can be parsed but its content is invalid: a field has a wrong type, or a key occurs twice.
    package var isAboutContent: Bool { isDuplicateKey || isAboutField }

    /// Whether the text cannot be parsed, by kubectl neither.
    var isAboutSyntax: Bool {
        switch self {
        case .yaml(let error): error.isAboutSyntax
        case .unclosed: true
        case .decoding(let failure):
            switch failure.reason {
            case .unexpectedEnd, .unexpectedByte, .invalidNumber, .controlCharacter, .invalidEscape: true
            default: false
            }
        }
    }

    /// Whether a key occurs twice.
    var isDuplicateKey: Bool {
        switch self {
        case .yaml(let error): if case .duplicateKey = error.reason { true } else { false }
        case .decoding(let failure): if case .duplicateKey = failure.reason { true } else { false }
        case .unclosed: false
        }
    }

    /// Whether the text was read as JSON.
    var isAboutJSON: Bool {
        if case .yaml = self { false } else { true }
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
        case .unclosed(let failure, let bracket):
            "\(failure.reason); the bracket at line \(bracket.line), column \(bracket.column) is not closed"
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
