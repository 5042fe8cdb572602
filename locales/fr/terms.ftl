# Terms of use and privacy.

legal-terms = Conditions d’utilisation
legal-privacy = Données personnelles
legal-version = Version : { $version }

terms-title = Acceptez-vous nos conditions ?
terms-then-service = { $host } a de nouvelles conditions d’utilisation. Il vous reste à les accepter avant d’aller vers { $service }.
terms-then-account = { $host } a de nouvelles conditions d’utilisation. Il vous reste à les accepter pour utiliser votre compte.
terms-read = Lire « { $title } »
terms-accept = J’accepte ces conditions
terms-otherwise = Si vous ne les acceptez pas, déconnectez-vous : votre compte reste tel qu’il est.
