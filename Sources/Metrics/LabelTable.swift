/// A bounded table of labels: the first texts get one each, later texts share one.
///
/// Further room is reserved for texts that are known in advance. Texts compare by `String`'s equality, which is exact for Kubernetes'
/// names, since they are ASCII.
struct LabelTable: Sendable {
    /// The label of all texts beyond the limit; nothing in Kubernetes can have this name.
    static let other = "<other>"

    /// The labels by their indexes; the shared one is the first.
    private(set) var labels = [other]

    private let limit: Int
    private let keptLimit: Int
    private let byteLimit: Int
    private var indexes: [String: Int] = [:]
    /// The indexes of labels in the reserved room.
    private var kept: Set<Int> = []

    /// Starts empty.
    ///
    /// - Parameters:
    ///   - limit: the most labels besides the shared and the reserved ones.
    ///   - keptLimit: the most labels in the reserved room.
    ///   - byteLimit: the longest text that gets a label, in bytes.
    init(limit: Int, keptLimit: Int = 0, byteLimit: Int = 253) {
        self.limit = limit
        self.keptLimit = keptLimit
        self.byteLimit = byteLimit
    }

    /// The index of a text's label; a new text gets a label if there is room, else the shared one, 0.
    mutating func index(of text: String) -> Int {
        if let index = indexes[text] { return index }
        guard indexes.count - kept.count < limit, text.utf8.count <= byteLimit else { return 0 }
        return add(text)
    }

    /// Gives a text a label in the reserved room, or another label if that is full; returns its index.
    ///
    /// The text keeps the label forever, because a counter can't move to another label.
    mutating func keep(_ text: String) -> Int {
        guard kept.count < keptLimit, text.utf8.count <= byteLimit else { return index(of: text) }
        let index = indexes[text] ?? add(text)
        kept.insert(index)
        return index
    }

    private mutating func add(_ text: String) -> Int {
        indexes[text] = labels.count
        labels.append(text)
        return labels.count - 1
    }
}
