# On the way to a service.

continue-title = Vous y êtes presque
continue-text = Si rien ne se passe, utilisez ce bouton.

refused-title = Vous n’avez pas encore accès à { $service }
refused-signed-in-as = Vous utilisez le compte de { $name }.
refused-reason = Seules certaines personnes ont accès à { $service }, et ce compte n’en fait pas partie.
refused-ask-one-of = Pour y entrer, demandez l’accès à l’une de ces personnes :
refused-ask-host = Pour y entrer, demandez l’accès à { $host }.
refused-ask-organization = Pour y entrer, demandez l’accès à la personne référente de votre association.
refused-write = Écrire à { $address }
refused-back = Revenir à { $service }

