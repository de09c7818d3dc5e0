/// Writes a list into a bounded number of bytes: what does not fit in full is shortened, and what does not fit at all is counted.
enum BoundedList {
    /// One entry in its two lengths.
    struct Item {
        /// Stands before the entry, such as a comma or the beginning of a new clause.
        let separator: String
        /// The entry with all that it says.
        let full: String
        /// The entry where room is scarce.
        let short: String
    }

    /// The entries within a number of bytes, the first of them in full as far as there is room.
    ///
    /// Empty when not even a count fits.
    static func text(_ items: [Item], byteLimit: Int) -> String {
        let kept = keptCount(items, byteLimit: byteLimit)
        let rest = kept < items.count ? more(items.count - kept) : ""
        guard kept > 0 else { return rest.utf8.count <= byteLimit ? rest : "" }
        var room = byteLimit - rest.utf8.count - items.prefix(kept).reduce(0) { $0 + shortLength($1) }
        var text = ""
        for item in items.prefix(kept) {
            let growth = item.full.utf8.count - item.short.utf8.count
            text += item.separator
            text += growth <= room ? item.full : item.short
            if growth <= room { room -= growth }
        }
        return text + rest
    }

    /// The number of bytes that the short forms of all entries take.
    static func shortestLength(_ items: [Item]) -> Int {
        items.reduce(0) { $0 + shortLength($1) }
    }

    /// The number of entries whose short forms fit, with room for the count of the others.
    private static func keptCount(_ items: [Item], byteLimit: Int) -> Int {
        guard shortestLength(items) > byteLimit else { return items.count }
        var used = more(items.count).utf8.count
        var kept = 0
        for item in items {
            used += shortLength(item)
            guard used <= byteLimit else { break }
            kept += 1
        }
        return kept
    }

    private static func shortLength(_ item: Item) -> Int {
        item.separator.utf8.count + item.short.utf8.count
    }

    private static func more(_ count: Int) -> String { " and \(count) more" }
}
