/// Decides from one look at files to the next when to read them again.
///
/// A change is acted upon when the look after it sees the same, so that a file is not read while somebody writes it; files that never come
/// to rest are read after ``unsettledLookLimit`` looks. `Look` is ``FileLook``; tests use their own.
package struct ChangeDetector<Look: Equatable & Sendable>: Sendable {
    /// What to do after a look.
    package enum Action: Sendable, Equatable {
        /// Nothing changed, or not for good.
        case wait
        /// Read the files; `isRetry` when that was asked for with ``retryAtNextLook()``.
        case read(isRetry: Bool)
    }

    /// Looks in a row that may see something new before the files are read all the same.
    package static var unsettledLookLimit: Int { 10 }

    /// The look after which the files were read last.
    private var known: Look
    /// What was seen since, and how many looks ago it was first something else than ``known``.
    private var unsettled: (look: Look, count: Int)?
    private var retries = false

    /// Begins with the look that was taken before the files were first read.
    package init(knowing look: Look) {
        known = look
    }

    /// Takes the next look in.
    package mutating func looked(_ look: Look) -> Action {
        if retries {
            retries = false
            return read(as: look, isRetry: true)
        }
        guard look != known else {
            unsettled = nil
            return .wait
        }
        let count = (unsettled?.count ?? 0) + 1
        if unsettled?.look == look || count > Self.unsettledLookLimit { return read(as: look, isRetry: false) }
        unsettled = (look, count)
        return .wait
    }

    /// Has the files read after the next look, whatever it sees.
    package mutating func retryAtNextLook() {
        retries = true
    }

    private mutating func read(as look: Look, isRetry: Bool) -> Action {
        known = look
        unsettled = nil
        return .read(isRetry: isRetry)
    }
}
