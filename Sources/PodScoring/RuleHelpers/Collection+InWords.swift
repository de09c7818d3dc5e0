extension Collection<String> {
    /// The texts as a sentence names them: `A`, `A and B`, `A, B and C`.
    var inWords: String {
        let texts = Array(self)
        guard let last = texts.last, texts.count > 1 else { return texts.last ?? "" }
        return "\(texts.dropLast().joined(separator: ", ")) and \(last)"
    }
}
