/// Texts that get a label of their own, the first ones of any number; later ones share one label.
///
/// `String`'s own equality decides, so two spellings of one text count as one; Kubernetes' names are ASCII.
struct LabelTable: Sendable {
    /// The label of all texts beyond the limit; nothing in Kubernetes can have this name.
    static let other = "<other>"

    /// The labels by their indexes; the shared one is the first.
    private(set) var labels = [other]

    private let limit: Int
    private let byteLimit: Int
    private var indexes: [String: Int] = [:]

    /// Begins empty.
    ///
    /// `limit` is the number of labels beside the shared one; a text longer than `byteLimit` gets none.
    init(limit: Int, byteLimit: Int = 253) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// The index of a text's label, which it gets now if there is room; 0 is the shared one.
    mutating func index(of text: String) -> Int {
        if let index = indexes[text] { return index }
        guard indexes.count < limit, text.utf8.count <= byteLimit else { return 0 }
        indexes[text] = labels.count
        labels.append(text)
        return labels.count - 1
    }
}
