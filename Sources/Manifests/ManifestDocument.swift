package import KubernetesAPI

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
