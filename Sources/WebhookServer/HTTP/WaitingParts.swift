import NIOHTTP1

/// The requests that a client sent ahead, while an earlier one is being answered or its answer is not sent yet.
///
/// It is bounded, since a read of small requests decodes to twenty times its bytes. No client of a webhook sends a hundred requests ahead of
/// their answers; behind as many as are kept, the connection ends.
struct WaitingParts {
    /// A part or an error.
    enum Item {
        case part(HTTPServerRequestPart)
        case failure(any Error)
        /// The client sent more than is kept.
        case tooFarAhead

        /// The cost; a header has several blocks of memory, and one of them has 32 bytes for each field.
        fileprivate var cost: Int {
            if case .part(.head(let head)) = self { 3 + head.headers.count / 4 } else { 1 }
        }

        /// The same item, with no more memory than it needs: the decoder gives a header room for the most fields that the client sent before.
        fileprivate var compact: Item {
            guard case .part(.head(var head)) = self else { return self }
            head.headers = HTTPHeaders(head.headers.map { ($0.name, $0.value) })
            return .part(.head(head))
        }
    }

    /// The most that is kept: 102 requests with a body, or 128 without one.
    static let costLimit = 512

    private var items: [Item] = []
    private var cost = 0

    /// The number of items.
    var count: Int { items.count }
    /// Whether nothing waits.
    var isEmpty: Bool { items.isEmpty }

    /// The item at a position.
    subscript(position: Int) -> Item { items[position] }

    /// Keeps an item; drops it behind too many others, with the rest of the connection.
    mutating func append(_ item: Item) {
        guard cost < Self.costLimit else { return }
        let kept = cost + item.cost < Self.costLimit ? item.compact : .tooFarAhead
        cost += kept.cost
        items.append(kept)
    }

    /// Forgets the first items, or all if there are fewer.
    mutating func removeFirst(_ count: Int) {
        let gone = min(count, items.count)
        cost -= items.prefix(gone).reduce(0) { $0 + $1.cost }
        items.removeFirst(gone)
    }
}
