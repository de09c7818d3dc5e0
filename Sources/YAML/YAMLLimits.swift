import KubernetesAPI

/// What becomes of a key that its mapping has already.
package enum DuplicateKeys: Sendable {
    /// The document is refused, as Kubernetes' tools do it.
    case refused
    /// Both members are kept, for who reports them together with whatever else is wrong.
    case kept
}

/// How much one YAML document may ask for.
package struct YAMLLimits: Sendable {
    /// The deepest nesting accepted, in levels, aliases expanded; the same as for JSON, so that both forms of a document are read or refused.
    package var depth: Int
    /// The most nodes that the aliases of one document may stand for, all together.
    ///
    /// Manifests use aliases for a few labels or resources; a document that multiplies its size through them is an attack.
    package var aliasedNodes: Int
    /// The most nodes, keys counted too, of any document but a large one; a large one may have as many as its text has ``bytesPerNode``.
    ///
    /// Nothing that a cluster stores comes near, and a list of many objects has some twelve bytes a node; a document of nothing but empty
    /// values takes a hundred times the memory of its text.
    package var nodes: Int
    /// How many bytes of text a node needs in a document that has more nodes than ``nodes``.
    static let bytesPerNode = 4

    /// The limits; the defaults suit manifests and policies.
    package init(depth: Int = JSONNodeParser.depthLimit, aliasedNodes: Int = 100_000, nodes: Int = 1_000_000) {
        self.depth = depth
        self.aliasedNodes = aliasedNodes
        self.nodes = nodes
    }
}
