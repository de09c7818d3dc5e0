/// Texts that get a label of their own, the first ones of any number; later ones share one label.
///
/// For texts that are known before, room is kept beside that, which the others can't take.
/// `String`'s own equality decides, so two spellings of one text count as one; Kubernetes' names are ASCII.
struct LabelTable: Sendable {
    /// The label of all texts beyond the limit; nothing in Kubernetes can have this name.
    static let other = "<other>"

    /// The labels by their indexes; the shared one is the first.
    private(set) var labels = [other]

    private let limit: Int
    private let keptLimit: Int
    private let byteLimit: Int
    private var indexes: [String: Int] = [:]
    /// The indexes of labels that stand in the kept room.
    private var kept: Set<Int> = []

    /// Begins empty.
    ///
    /// - Parameters:
    ///   - limit: the number of labels beside the shared one and those for which room is kept.
    ///   - keptLimit: the number of those for which room is kept.
    ///   - byteLimit: the longest text that gets a label, in bytes.
    init(limit: Int, keptLimit: Int = 0, byteLimit: Int = 253) {
        self.limit = limit
        self.keptLimit = keptLimit
        self.byteLimit = byteLimit
    }

    /// The index of a text's label, which it gets now if there is room; 0 is the shared one.
    mutating func index(of text: String) -> Int {
        if let index = indexes[text] { return index }
        guard indexes.count - kept.count < limit, text.utf8.count <= byteLimit else { return 0 }
        return add(text)
    }

    /// Gives a text a label in the kept room, if there is some left, else one of the others; returns its index.
    ///
    /// It keeps the label for good: what was counted under it can't be taken back.
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
