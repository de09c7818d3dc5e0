import Cluster

/// Names of those who keep objects, as values of a label.
enum LabelValue {
    /// Tells whether a text is a value of a label and also a name of an object.
    static func isName(_ text: String) -> Bool { ObjectName(text) != nil && text.utf8.count <= 63 }
}
