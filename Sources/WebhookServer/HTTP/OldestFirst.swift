/// A queue of numbers by age that finds the oldest one when something has to give way.
///
/// Ages may grow while numbers wait here. The queue asks for the current age only when it reaches a number, so that a request that changes
/// an age costs nothing. Taking the oldest costs O(log n) on average.
struct OldestFirst {
    private struct Entry {
        var age: UInt64
        let id: Int
    }

    /// The age of a number that is in use and is skipped.
    static let inUse = UInt64.max

    /// A binary heap, the oldest first.
    private var heap: [Entry] = []

    /// Starts empty.
    init() {}

    /// Adds a number; drops removed numbers if they are more than half.
    ///
    /// `live` is the count of numbers that are left.
    mutating func insert(_ id: Int, age: UInt64, live: Int, isLive: (Int) -> Bool) {
        if heap.count > 2 * live + 64 {
            let kept = heap.filter { isLive($0.id) }
            heap.removeAll(keepingCapacity: true)
            for entry in kept { push(entry) }
        }
        push(Entry(age: age, id: id))
    }

    /// Takes out the oldest number that is not in use.
    ///
    /// - Parameter age: its age by now; `nil` for one that was removed.
    /// - Returns: `nil` when there is none.
    mutating func popOldest(age: (Int) -> UInt64?) -> Int? {
        var passedOver: [Entry] = []
        defer { for entry in passedOver { push(entry) } }
        while let entry = pop() {
            guard let now = age(entry.id) else { continue }
            if now == Self.inUse {
                passedOver.append(entry)
            } else if now > entry.age {
                push(Entry(age: now, id: entry.id))
            } else {
                return entry.id
            }
        }
        return nil
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].age < heap[parent].age else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func pop() -> Entry? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return first }
            let right = left + 1
            let child = right < heap.count && heap[right].age < heap[left].age ? right : left
            guard heap[child].age < heap[index].age else { return first }
            heap.swapAt(index, child)
            index = child
        }
    }
}
