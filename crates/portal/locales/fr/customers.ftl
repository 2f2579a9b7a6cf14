customers-title = Clients et associations
customers-list = Tous les clients
customers-all = Tous les clients
customers-none = Aucun client ne correspond.
customers-search = Nom ou identifiant
customers-customer = Client
customers-state = État
customers-mapped = Associé
customers-not-mapped = Non associé
customers-subscriptions = Abonnements
customers-no-subscriptions = Ce client n’a aucun abonnement.
customers-count = { $count ->
    [one] Un client
   *[other] { $count } clients
}
customers-unmapped-title = Consommation payée par votre abonnement par défaut
customers-unmapped-what = Ces locataires ont consommé et ne sont associés à aucun abonnement qui leur soit propre.
customers-unmapped-none = { $month } : aucun locataire n’est resté à la charge de votre abonnement par défaut.
customers-unmapped-count = { $count ->
    [one] Un locataire
   *[other] { $count } locataires
}
customers-unmapped-all = Afficher les { $count }
customers-tenant = Locataire
customers-stamp = Stamp
customers-since = Depuis
customers-amount = Coût
customers-what-to-do = Que faire
customers-map-tenant = Associer { $tenant }
customers-no-tenant = Le stamp n’a pas dit à qui c’est : laissez son pont envoyer la table des abonnements locaux.
customers-id = Identifiant
customers-name = Nom
customers-kind = Type
customers-subscription-active = Actif
customers-subscription-suspended = Suspendu
customers-subscription-cancelled = Résilié
customers-by-day = Coût par jour
customers-to-usage = Vers sa consommation par compteur
customers-timeline = Qui paie, au fil du temps
customers-timeline-what = Une association compte à partir de son jour, par jours entiers en UTC.
customers-since-registration = { $day } : le stamp est enregistré ; { $default } paie tant que le locataire n’est pas associé.
customers-mapped-from = { $day } : { $subscription } paie.
customers-removed-from = { $day } : l’association prend fin ; l’abonnement par défaut paie.
customers-to-come = À venir
customers-add = Ajouter une association
customers-replace = Remplacer l’association
customers-remove = Supprimer l’association
customers-map-title = Associer { $tenant }
customers-remove-title = Supprimer l’association de { $tenant }
customers-pays = Quel abonnement paie
customers-pays-today = Paie aujourd’hui
customers-default = Abonnement par défaut
customers-from = À partir de ce jour
customers-from-what = Un jour antérieur antidate l’association, et cela est consigné. Ce qui est facturé reste ; la différence vient comme ajustement.
customers-preview = Montrer ce qui change
customers-what-moves = Ce qui change
customers-nothing-moves = Aucun montant ne change.
customers-before = Actuellement
customers-after = Ensuite
customers-difference = Différence
customers-more-effects = { $count ->
    [one] Un autre montant change.
   *[other] { $count } autres montants changent.
}
customers-closed-months = Déjà clos : { $months }. Leurs factures restent telles quelles ; le prochain document porte la différence en ajustements.
customers-map-now = Associer
customers-may-not = Vous pouvez regarder, mais pas le faire : il faut ici le rôle Partner Administrator et un rôle tel que Owner sur l’enregistrement.
customers-no-candidate = { $tenant } n’a aucun abonnement CSP actif chez vous. Créez-en un dans son annuaire, puis associez-le ici.
customers-bad-day = « { $day } » n’est pas un jour tel que 2026-10-05.
customers-done = { $subscription } paie pour { $tenant } sur { $stamp } à partir du { $day }.
customers-remove-what = À partir d’aujourd’hui, { $default } paie pour ce locataire.
customers-remove-now = Supprimer
customers-removed = L’association de { $tenant } sur { $stamp } est supprimée à partir d’aujourd’hui.
refusal-WhatIf = Cette association serait refusée.
refusal-UnauthorizedCspRegistration = L’enregistrement n’est pas encore approuvé pour plusieurs locataires.
refusal-InvalidCustomerSubscriptionId = Ce n’est pas l’identifiant d’un abonnement de ce locataire.
refusal-InvalidCSPSubscription = L’abonnement n’est pas un abonnement CSP.
refusal-BadCustomerSubscriptionId = L’abonnement appartient à un autre partenaire. Seuls vos propres clients peuvent être ajoutés.
refusal-CustomerSubscriptionNotFound = Cet abonnement n’est pas associé ici.
refusal-CustomerSubscriptionsNotAllowed = Ce modèle de facturation n’accepte pas d’abonnements de clients.
refusal-RegistrationNotFound = Le stamp n’a pas d’enregistrement.
refusal-RegistrationReset = L’enregistrement a été réinitialisé : enregistrez le stamp de nouveau.
refusal-RegistrationExpired = L’année de l’enregistrement est écoulée : enregistrez le stamp de nouveau.
refusal-ScopeLocked = Un verrou le protège. Retirez d’abord le verrou.
refusal-AuthorizationFailed = Vos rôles ne le permettent pas.
refusal-CannotBeBilled = En l’état, ceci ne peut pas être facturé.
