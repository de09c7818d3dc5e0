// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    // Readers borrow their bytes and are `~Escapable`. The attribute that names the lender is still experimental.
    .enableExperimentalFeature("Lifetimes"),
]

/// A library target with the project's settings, and its test target.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], testing extra: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: name + "Tests",
            dependencies: [.target(name: name)] + dependencies + extra,
            exclude: excludedResources[name] ?? [],
            swiftSettings: settings
        ),
    ]
}

/// Folders of test data, which the tests read from the source tree.
let excludedResources: [String: [String]] = [
    "PodScoring": ["Fixtures", "Corpus", "Goldens"], "AdmissionPolicy": ["Cases"], "Cluster": ["Recordings"],
]

/// Products of swift-nio.
func nio(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "swift-nio") }
}

/// Set by `make fuzz`, which builds the fuzz targets into a program for libFuzzer instead of tests.
let isFuzzing = Context.environment["PODSCORE_FUZZ"] != nil

/// The dependencies of the fuzz targets.
let fuzzed: [Target.Dependency] =
    [
        "COpenSSL", "CTLSShims", "KubernetesAPI", "PodScoring", "AdmissionPolicy", "YAML", "TLS", "Platform", "Manifests", "PolicySources",
        "Metrics", "WebhookServer", "Reports", "Scanning", "TestSupport", "Shapes",
    ] + nio("NIOCore", "NIOPosix", "NIOEmbedded")

/// The fuzz targets as tests or, with `Main` instead of the tests, as the program that libFuzzer calls.
let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "podscore-fuzz",
        dependencies: fuzzed,
        path: "Tests/Fuzz",
        exclude: ["FuzzTests.swift", "Changes", "Regressions", "run"],
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
    )
    : .testTarget(
        name: "FuzzTests",
        dependencies: fuzzed,
        path: "Tests/Fuzz",
        exclude: ["Main", "Changes", "Regressions", "run"],
        swiftSettings: settings
    )

let package = Package(
    name: "podscore",
    products: [.executable(name: "podscore", targets: ["podscore"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    // From the lowest layer to the highest; docs/architecture.md draws them.
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "CTLSShims", dependencies: ["COpenSSL"]),
        .target(name: "CProcess"),
    ]
        // The core.
        + module("KubernetesAPI")
        + module("PodScoring", ["KubernetesAPI"], testing: ["YAML", "TestSupport"])
        + module("AdmissionPolicy", ["KubernetesAPI", "PodScoring"], testing: ["YAML", "TestSupport", "Shapes"])
        + module("RegistrationChecks", ["KubernetesAPI", "AdmissionPolicy"], testing: ["YAML"])
        + module(
            "Reports",
            ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "RegistrationChecks"],
            testing: ["Manifests", "TestSupport"]
        )
        + module("Fixes", ["KubernetesAPI", "PodScoring", "AdmissionPolicy"], testing: ["Manifests"])
        // The shell.
        + module("YAML", ["CLibYAML", "KubernetesAPI"])
        + module(
            "TLS",
            ["COpenSSL", "CTLSShims"] + nio("NIOCore"),
            testing: ["TestSupport"] + nio("NIOPosix", "NIOConcurrencyHelpers", "NIOEmbedded")
        )
        + module("Platform", ["CProcess"], testing: ["TestSupport"])
        + module("Manifests", ["KubernetesAPI", "YAML", "Platform"])
        + module(
            "Scanning",
            ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "Reports", "Fixes", "Platform", "Manifests"]
                + nio("NIOPosix", "NIOConcurrencyHelpers"),
            testing: ["TestSupport"]
        )
        + module("Metrics", ["KubernetesAPI", "AdmissionPolicy"])
        + module(
            "Cluster",
            ["KubernetesAPI", "YAML", "TLS", "Platform"] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            // The code that follows a cluster is tested against the stand-in for an API server, which is in these tests.
            testing: [
                "TestSupport", "PodScoring", "AdmissionPolicy", "Reports", "PolicySources", "Metrics", "WebhookServer", "ClusterAudit",
                "ClusterController",
                .product(name: "Logging", package: "swift-log"),
            ] + nio("NIOEmbedded")
        )
        + module(
            "PolicySources",
            ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "YAML", "TLS", "Platform", "Cluster"] + nio("NIOCore", "NIOPosix"),
            testing: ["TestSupport"]
        )
        + module(
            "WebhookServer",
            [
                "KubernetesAPI", "PodScoring", "AdmissionPolicy", "TLS", "Platform", "PolicySources", "Metrics", "Cluster",
                .product(name: "Logging", package: "swift-log"),
            ] + nio("NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOHTTP1"),
            testing: ["TestSupport"] + nio("NIOEmbedded")
        )
        + module(
            "ClusterAudit",
            ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "Reports", "Manifests", "Platform", "Cluster"],
            testing: ["TestSupport"]
        )
        + module(
            "ClusterController",
            [
                "KubernetesAPI", "PodScoring", "AdmissionPolicy", "Reports", "TLS", "Platform", "Metrics", "Cluster", "PolicySources",
                "ClusterAudit",
            ] + nio("NIOCore"),
            testing: ["TestSupport"]
        )
        + [
            .executableTarget(
                name: "podscore",
                dependencies: [
                    "CMalloc", "KubernetesAPI", "PodScoring", "AdmissionPolicy", "RegistrationChecks", "Reports", "Fixes", "YAML", "TLS",
                    "Platform", "Manifests", "PolicySources", "Scanning", "Metrics", "WebhookServer", "Cluster", "ClusterAudit",
                    "ClusterController",
                    .product(name: "ArgumentParser", package: "swift-argument-parser"),
                    .product(name: "Logging", package: "swift-log"),
                ] + nio("NIOCore", "NIOPosix"),
                swiftSettings: settings
            ),
            // Tells the thread sanitizer about Swift's Mutex; empty in other builds.
            .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
            // Programs and clients for the tests of several targets.
            .target(
                name: "TestSupport",
                dependencies: ["COpenSSL", "CThreadSanitizer"],
                path: "Tests/TestSupport",
                swiftSettings: settings
            ),
            // Reviews that are expensive for their size, for the benchmarks, the fuzzer and the tests.
            .target(
                name: "Shapes",
                dependencies: ["KubernetesAPI", "PodScoring", "AdmissionPolicy"],
                path: "Tests/Shapes",
                swiftSettings: settings
            ),
            .testTarget(
                name: "PodscoreTests",
                dependencies: [
                    "KubernetesAPI", "PodScoring", "AdmissionPolicy", "Reports", "Platform", "PolicySources", "Scanning", "Metrics",
                    "WebhookServer", "ClusterController", "podscore", "TestSupport",
                    .product(name: "ArgumentParser", package: "swift-argument-parser"),
                    .product(name: "Logging", package: "swift-log"),
                ],
                exclude: [
                    "Acceptance/README.md", "Acceptance/expected.json", "Acceptance/hardening.json", "Acceptance/policies",
                    "Acceptance/reviews", "Exported",
                ],
                swiftSettings: settings
            ),
            fuzzing,
            .executableTarget(
                name: "podscore-bench",
                dependencies: ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "Shapes"],
                path: "Benchmarks/InProcess",
                swiftSettings: settings
            ),
            // libyaml alone, for a comparison with `podscore scan`.
            .executableTarget(name: "libyaml-peer", dependencies: ["CLibYAML"], path: "Benchmarks/LibYAMLPeer"),
        ]
)

/// Set by `make test-asan` and `make test-tsan`: the test targets to run, separated by `|`. Targets that none of them needs are left out.
if let wanted = Context.environment["PODSCORE_TESTS"] {
    let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
    var needed: Set<String> = []
    var found = wanted.split(separator: "|").map(String.init)
    while let name = found.popLast() {
        guard let target = targets[name] else { fatalError("PODSCORE_TESTS: there is no target \(name)") }
        guard needed.insert(name).inserted else { continue }
        for case .byNameItem(let name, _) in target.dependencies { found.append(name) }
        for case .targetItem(let name, _) in target.dependencies { found.append(name) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products.removeAll()
}
