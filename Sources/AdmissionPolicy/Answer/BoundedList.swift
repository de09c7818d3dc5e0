/// A list that is written within a number of bytes: entries that do not fit in full are shortened, and the rest is counted.
///
/// All entries are in one text, in which the short form of an entry is the beginning of its full form.
struct BoundedList {
    /// The ends of an entry's two forms in the text; the entry begins where the one before it ends.
    private struct Entry {
        let shortEnd: Int
        let end: Int
    }

    /// The entries in full; the caller appends each one, then calls ``endEntry(shortEnd:)``.
    var text: MessageText
    private var entries: [Entry] = []

    /// An empty list, with room for the probable length of its text in bytes.
    init(reservingCapacity capacity: Int = 128) {
        text = MessageText(reservingCapacity: capacity)
    }

    /// Ends an entry, which begins with what separates it from the one before, such as a comma or the name of a new clause.
    ///
    /// - Parameter shortEnd: The length of the text behind the entry's short form; `nil` for an entry that cannot be shortened.
    mutating func endEntry(shortEnd: Int? = nil) {
        if entries.isEmpty { entries.reserveCapacity(16) }
        entries.append(Entry(shortEnd: shortEnd ?? text.byteCount, end: text.byteCount))
    }

    /// Appends the list to a text that may have a number of bytes then, with as many of the first entries in full as possible.
    ///
    /// Appends nothing if not even the count fits.
    func write(to output: inout MessageText, byteLimit: Int) {
        let room = byteLimit - output.byteCount
        let kept = keptCount(within: room)
        let rest = kept < entries.count ? Self.more(entries.count - kept) : ""
        guard kept > 0 else {
            if rest.utf8.count <= room { output += rest }
            return
        }
        var growthLimit = room - rest.utf8.count - shortestLength(ofFirst: kept)
        var start = 0
        for entry in entries.prefix(kept) {
            let growth = entry.end - entry.shortEnd
            let isFull = growth <= growthLimit
            if isFull { growthLimit -= growth }
            output.append(text, start..<(isFull ? entry.end : entry.shortEnd))
            start = entry.end
        }
        output += rest
    }

    /// Returns the list as a separate text.
    func string(byteLimit: Int) -> String {
        var text = MessageText(reservingCapacity: 64)
        write(to: &text, byteLimit: byteLimit)
        return text.string
    }

    /// The number of bytes of all entries in short form.
    var shortestLength: Int { shortestLength(ofFirst: entries.count) }

    private func shortestLength(ofFirst count: Int) -> Int {
        var (length, start) = (0, 0)
        for entry in entries.prefix(count) {
            length += entry.shortEnd - start
            start = entry.end
        }
        return length
    }

    /// The number of entries whose short forms fit together with the count of the others.
    private func keptCount(within byteLimit: Int) -> Int {
        guard shortestLength > byteLimit else { return entries.count }
        var used = Self.more(entries.count).utf8.count
        var (kept, start) = (0, 0)
        for entry in entries {
            used += entry.shortEnd - start
            guard used <= byteLimit else { break }
            kept += 1
            start = entry.end
        }
        return kept
    }

    private static func more(_ count: Int) -> String { " and \(count) more" }
}
