extension WebhookServer {
    /// What the server listens on and where it draws lines; complete before it starts.
    package struct Configuration: Sendable {
        /// The address to listen on; default all addresses.
        package var host = "0.0.0.0"
        /// The webhook's TCP port, 0 to 65535; 0 takes a free one.
        ///
        /// Default 8443.
        package var port = 8443
        /// The plain port for probes and metrics, 0 to 65535; 0 takes a free one, `nil` offers none.
        ///
        /// Default 8080.
        package var operationsPort: Int? = 8080
        /// Event loops, at least 1; `nil` takes one a core.
        package var eventLoopCount: Int?
        /// What clients may ask.
        package var limits = Limits()
        /// How the server ends.
        package var drain = Drain()
        /// What `podscore_build_info` says.
        package var version = ""

        /// Begins with the defaults.
        package init() {}
    }

    /// What one client, and all together, may ask of the server.
    package struct Limits: Sendable {
        /// The largest request body, in bytes.
        ///
        /// An AdmissionReview holds at most two objects of up to 3 MiB each; 2 MiB are left for the rest.
        ///
        /// Default 8 MiB.
        package var bodyByteLimit = 8 << 20
        /// The largest header, in bytes, request line included.
        ///
        /// Default 32 KiB.
        package var headerByteLimit = 32 << 10
        /// The most header fields.
        ///
        /// Default 100.
        package var headerFieldLimit = 100
        /// Requests begun and not yet answered, of all clients together; one more is answered 503.
        ///
        /// Default 512.
        package var maxInFlight = 512
        /// Bytes of request bodies held at once, of all clients together; a body that does not fit is answered 503.
        ///
        /// Default 64 MiB.
        ///
        /// See ``LoadGauge`` for how they are counted.
        package var maxBufferedBytes = 64 << 20
        /// Bodies beyond this size, in bytes, are large: decided on threads of their own and held to three quarters of
        /// ``maxBufferedBytes``.
        ///
        /// Default 256 KiB: a body of that size takes a millisecond or, full of escapes, ten, in which nobody else is served.
        package var largeBodyByteCount = 256 << 10
        /// From the first byte of a connection to the end of its handshake.
        ///
        /// Default 10 s.
        package var handshakeTimeout = Duration.seconds(10)
        /// From the first byte of a request to the end of its header.
        ///
        /// Default 10 s.
        package var headerTimeout = Duration.seconds(10)
        /// From the end of the header to the end of the body.
        ///
        /// Default 15 s.
        package var bodyTimeout = Duration.seconds(15)
        /// How long a connection may stay open without a request; longer than the 90 s for which the API server keeps idle ones, so
        /// that it closes first and no request meets a closing connection.
        ///
        /// Default 120 s.
        package var idleTimeout = Duration.seconds(120)
        /// How long an answered connection is kept for what the client is still sending, so that it can read the answer.
        ///
        /// Default 2 s.
        package var lingerTimeout = Duration.seconds(2)

        /// Begins with the defaults.
        package init() {}
    }

    /// How the server ends.
    package struct Drain: Sendable {
        /// How long to serve on, not ready, until the cluster has learned that no request should come.
        ///
        /// Default 5 s.
        package var propagationDelay = Duration.seconds(5)
        /// How long after that to wait for requests in flight.
        ///
        /// Default 20 s.
        package var deadline = Duration.seconds(20)

        /// Begins with the defaults.
        package init() {}
    }
}
