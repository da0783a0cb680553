"""Stand-ins for what is outside: files that a package lacks, servers on loopback."""
