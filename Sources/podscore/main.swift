print("podscore")
