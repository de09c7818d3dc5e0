/// The part of an object's metadata that decisions and messages need.
package struct ObjectMeta: Sendable, Equatable {
    /// The name; empty when the object has only a `generateName`.
    package var name = ""
    /// The prefix from which the API server makes a name; empty when unset.
    package var generateName = ""
    /// The namespace; empty when unset.
    ///
    /// In an AdmissionReview `request.namespace` is the authority.
    package var namespace = ""
    /// Whether `deletionTimestamp` is set, that is, the object is being deleted.
    package var isBeingDeleted = false
    /// The annotations whose names ``Annotation`` knows, in document order.
    package var annotations: [Annotation] = []

    /// Metadata that says nothing.
    package init() {}

    /// Returns the value of an annotation, or `nil`; names compare as bytes.
    package func annotation(named name: String) -> String? {
        annotations.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
