extension KubernetesObject {
    /// Reads a whole object from a tree.
    ///
    /// Other modules decode through this and not through a ``NodeReader`` of their own: here the compiler writes the decoder out for that
    /// reader, elsewhere it would look each type up while decoding, which takes three times as long. The kind is the one by which to read
    /// the object; `nil` takes the object's own.
    package init(from node: ManifestNode, as requestedKind: String? = nil) throws(DecodingFailure) {
        var reader = NodeReader(node)
        try self.init(from: &reader, as: requestedKind)
    }
}
