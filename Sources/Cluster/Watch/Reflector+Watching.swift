import KubernetesAPI

/// The watch.
extension Reflector {
    /// The failures in a row after which the version itself is in doubt.
    private static var suspectLimit: Int { 3 }
    /// The ends of watches in a row that leave a deletion unconfirmed until a list decides.
    private static var interruptionLimit: Int { 2 }

    /// Asks for the changes since the last version.
    mutating func startWatch() {
        guard let version else { return startList() }
        let seconds = Int.random(in: timings.watchSeconds, using: &random)
        send(.watch(resourceVersion: version.text, timeoutSeconds: seconds))
        phase = .watching(Watching(sentAt: now, endBy: now + .seconds(seconds) + timings.watchGrace))
    }

    /// Takes what arrived for a watch.
    mutating func handle(_ input: ReflectorInput, in watching: Watching) {
        switch input {
        case .began: begin(watching)
        case .line(let line):
            begin(watching)
            take(line)
        case .ended: watchEnded(watching, isClean: true)
        case .failed(.cutOff) where watching.begunAt != nil, .failed(.unreachable) where watching.begunAt != nil:
            watchEnded(watching, isClean: false)
        case .failed(.timedOut) where watching.begunAt != nil: watchExpired(watching)
        case .failed(let failure): watchFailed(failure)
        case .object, .page: break
        }
    }

    /// Ends a watch that did not answer, is silent or lives too long.
    mutating func watchExpired(_ watching: Watching) {
        guard let begunAt = watching.begunAt else { return watchFailed(.timedOut) }
        let silence = now - (watching.heardAt ?? begunAt)
        heldDeletions.interrupt()
        if silence >= timings.suspiciousSilence { return listAfterSilence(silence) }
        wait(atMost: timings.resumeJitter, then: .watch)
    }

    private mutating func begin(_ watching: Watching) {
        guard watching.begunAt == nil else { return }
        var watching = watching
        watching.begunAt = now
        phase = .watching(watching)
        backoff.succeed(at: now)
        heldDeletions.resume(at: now)
    }

    private mutating func take(_ line: ReceivedText) {
        guard case .watching(var watching) = phase else { return }
        watching.heardAt = now
        phase = .watching(watching)
        heardAt = now
        do throws(DecodingFailure) {
            try take(WatchEvent(reading: line), in: line)
        } catch {
            // The line's content is unknown, so no later line may be taken.
            output.closed = exchange
            watchFailed(.unreadable(reason: "\(error.reason)"))
        }
    }

    private mutating func take(_ event: WatchEvent, in line: ReceivedText) {
        switch event {
        case .stored(let header, let range):
            guard !isLate(header) else { return }
            heldDeletions.forget(header.key)
            if line.isCut { output.notes.append(.tooLarge(key: header.key, byteCount: line.byteCount)) }
            if let change = store.set(header, line.bytes.span.extracting(range)) { output.changes.append(change) }
            advance(to: header.resourceVersion)
        case .deleted(let header):
            guard !isLate(header) else { return }
            if store.holds(header) { heldDeletions.hold(header.key, at: now) }
            advance(to: header.resourceVersion)
        case .bookmark(let version): if self.version.map({ !version.isNotNewer(than: $0) }) ?? true { advance(to: version) }
        case .error(let refusal):
            output.closed = exchange
            watchFailed(.refused(refusal))
        case .unknown(let type): output.notes.append(.skippedEvent(type: type))
        }
    }

    /// Whether an event belongs to a state that is already known: a server sends events in the order of their versions.
    private func isLate(_ header: ObjectHeader) -> Bool {
        guard let version, let own = header.resourceVersion else { return false }
        return own.isNotNewer(than: version)
    }

    private mutating func advance(to new: ResourceVersion?) {
        guard let new, case .watching(var watching) = phase else { return }
        version = new
        suspectCount = 0
        watching.hasProgress = true
        phase = .watching(watching)
    }
}

/// The end of a watch.
extension Reflector {
    /// Goes on after the end of an answer that had begun.
    private mutating func watchEnded(_ watching: Watching, isClean: Bool) {
        guard let begunAt = watching.begunAt else { return watchFailed(.cutOff) }
        heldDeletions.interrupt()
        let life = now - begunAt
        // A server that knows a newer version than ours says nothing, and then ends the watch.
        if isClean, watching.heardAt == nil, life >= timings.suspiciousSilence { return listAfterSilence(life) }
        let next: NextStep = heldDeletions.interruptionCount >= Self.interruptionLimit ? .list : .watch
        if life >= timings.shortestWatch {
            wait(atMost: timings.resumeJitter, then: next)
        } else if watching.hasProgress {
            phase = .waiting(until: now + backoff.wait(after: 1, using: &random), then: next)
        } else {
            retry(after: .cutOff, then: next)
        }
    }

    private mutating func listAfterSilence(_ silence: Duration) {
        output.notes.append(.silent(silence))
        startList()
    }

    /// Goes on after a watch that was refused, or that brought something else than events.
    private mutating func watchFailed(_ failure: RequestFailure) {
        heldDeletions.interrupt()
        switch failure {
        case .refused(let refusal) where refusal.isExpired:
            output.notes.append(.expired)
            versionExpired(failure)
        case .refused(let refusal) where refusal.isNotFound: becomeAbsent(failure)
        case .refused(let refusal): retry(after: failure, then: step(after: refusal))
        case .unreadable, .timedOut: retry(after: failure, then: suspectVersion())
        case .unreachable, .cutOff: retry(after: failure, then: .watch)
        }
    }

    /// Lists all objects: soon, unless the last list was a short time ago.
    private mutating func versionExpired(_ failure: RequestFailure) {
        guard let listedAt, now - listedAt >= timings.backoffReset else { return retry(after: failure, then: .list) }
        wait(atMost: timings.backoffBase, then: .list)
    }

    private mutating func step(after refusal: StatusAnswer) -> NextStep {
        switch refusal.code {
        // Credentials, rights and load have nothing to do with the version.
        case 401, 403, 429: .watch
        case 400..<500: .list
        default: suspectVersion()
        }
    }

    /// Watches again; after several failures in a row lists all objects.
    private mutating func suspectVersion() -> NextStep {
        suspectCount += 1
        return suspectCount >= Self.suspectLimit ? .list : .watch
    }
}
