import KubernetesAPI

/// The list.
extension Reflector {
    /// The most pages of a list: ten million objects.
    private static var pageLimit: Int { 20_000 }

    /// Asks for the first page.
    mutating func startList() {
        list = ObjectList()
        sendPage()
    }

    /// Asks for the next page.
    mutating func sendPage() {
        send(.list(continueToken: list.token))
        phase = .listing(Listing(sentAt: now, heardAt: now))
    }

    /// Takes what arrived for a list.
    mutating func handle(_ input: ReflectorInput, in listing: Listing) {
        switch input {
        // The request may have waited for a turn, so the waits for the page count from here.
        case .began: phase = .listing(Listing(sentAt: now, heardAt: now))
        case .object(let text):
            var listing = listing
            listing.heardAt = now
            phase = .listing(listing)
            add(text)
        case .page(let version, let token): pageArrived(version: version, token: token ?? "")
        case .failed(let failure): listFailed(failure)
        case .ended: listFailed(.cutOff)
        case .line: break
        }
    }

    /// Drops the list, whose pages belong together, or asks again for a page that was refused for the moment.
    mutating func listFailed(_ failure: RequestFailure) {
        if let refusal = failure.refusal {
            if refusal.isNotFound { return becomeAbsent(failure) }
            if refusal.isExpired {
                output.notes.append(.expired)
            } else if refusal.code == 429 {
                return retry(after: failure, then: .page)
            }
        }
        list = ObjectList()
        retry(after: failure, then: .list)
    }

    private mutating func add(_ text: ReceivedText) {
        let object = text.bytes.span
        do throws(DecodingFailure) {
            let header = text.isCut ? try ObjectHeader(readingBeginning: object) : try ObjectHeader(reading: object)
            if text.isCut { output.notes.append(.tooLarge(key: header.key, byteCount: text.byteCount)) }
            store.add(header, object, to: &list)
        } catch {
            list.unreadableCount += 1
            output.notes.append(.unreadableObject(reason: "\(error.reason)"))
        }
    }

    private mutating func pageArrived(version: String, token: String) {
        guard let version = ResourceVersion(version) else { return listIsUnreadable("it has no resourceVersion") }
        heardAt = now
        list.version = list.version ?? version
        list.pageCount += 1
        // A page may be empty; only an empty token ends the list.
        guard !token.isEmpty else { return finishList() }
        guard token != list.token, list.pageCount < Self.pageLimit else { return listIsUnreadable("the list has no end") }
        list.token = token
        sendPage()
    }

    private mutating func listIsUnreadable(_ reason: String) {
        listFailed(.unreadable(reason: reason))
    }

    /// Replaces the kept objects, and watches from the list's version.
    private mutating func finishList() {
        output.notes.append(.listed(objectCount: list.objects.count, unreadableCount: list.unreadableCount))
        if isAbsent { output.notes.append(.becamePresent) }
        output.changes += store.replace(with: list)
        version = list.version
        list = ObjectList()
        heldDeletions.removeAll()
        suspectCount = 0
        (isSynced, isAbsent, listedAt) = (true, false, now)
        backoff.succeed(at: now)
        startWatch()
    }
}
