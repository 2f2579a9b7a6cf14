overview-title = Vue d’ensemble
overview-no-prices = Ce partenaire n’a pas de liste de prix : rien ne peut être dit en argent. L’exploitant de la plateforme en attribue une.
overview-first = Les premiers chiffres en quatre étapes
overview-step-done = Fait
overview-step-open = À faire
overview-step-account = Vous avez un compte et un rôle.
overview-step-register = Enregistrez votre stamp : créez un jeton d’enregistrement sur celui-ci et placez-le dans un enregistrement sous votre abonnement par défaut.
overview-step-approve = L’exploitant de la plateforme approuve l’enregistrement pour plusieurs locataires ; activez le stamp avec sa clé.
overview-step-bridge = Démarrez le pont à côté du stamp : les premières heures de consommation arrivent en quelques minutes.
overview-to-stamps = Vers les stamps et enregistrements
overview-first-help = Rien sous la main ? « tallybridge demo » raconte toute l’histoire avec deux stamps simulés.
overview-so-far = { $month } jusqu’ici
overview-whole = { $month }
overview-as-of = État au { $time }.
overview-moving = De la consommation arrive en ce moment : certaines parties peuvent être un peu plus récentes que la somme.
overview-before = { $month } jusqu’au jour { $day }
overview-difference = { $difference } par rapport à cette date ; ce mois-là a coûté { $total } au total.
overview-forecast = Prévision pour le mois
overview-forecast-range = De { $low } à { $high }, d’après les { $days } derniers jours complets.
overview-attention = À regarder d’abord
overview-nothing = Rien : chaque locataire est associé, rien n’est retenu, aucun stamp n’est en retard et aucun mois n’attend.
overview-unmapped = { $tenant } sur { $stamp } n’est associé à aucun abonnement depuis le { $since } : votre abonnement par défaut paie.
overview-unmapped-more = { $count ->
    [one] Un autre locataire est payé par votre abonnement par défaut.
   *[other] { $count } autres locataires sont payés par votre abonnement par défaut.
}
overview-map = Associer { $tenant }
overview-all-unmapped = Tout afficher
overview-held = { $count ->
    [one] Une ligne de { $stamp } est retenue.
   *[other] { $count } lignes de { $stamp } sont retenues.
}
overview-held-many = Plus de { $count } lignes de { $stamp } sont retenues.
overview-to-held = Voir pourquoi
overview-late = { $stamp } a { $hours } heures de retard : rien n’a été reçu depuis le { $since }.
overview-unregistered = { $stamp } n’a plus d’enregistrement. Sa consommation attend sur le stamp depuis le { $since }, soit { $hours } heures.
overview-reset = L’annuaire de l’abonnement par défaut de { $stamp } a changé. Enregistrez-le de nouveau ; sa consommation attend depuis le { $since }, soit { $hours } heures.
overview-expired = L’enregistrement de { $stamp } a expiré. Enregistrez-le de nouveau ; sa consommation attend depuis le { $since }, soit { $hours } heures.
overview-to-stamp = Vers le stamp
overview-open = { $month } : le mois est terminé et n’est pas clos.
overview-to-close = Vérifier et clore
overview-budget = Le budget { $budget } ({ $whose }) a atteint { $share } % de { $amount }.
overview-to-budgets = Vers les budgets
overview-spend = Dépenses
overview-by-day = Coût par jour
overview-cumulative = Coût depuis le premier du mois
overview-where = Où va l’argent
overview-by-customer = Les clients les plus coûteux
overview-all-customers = Tous les clients
overview-by-stamp = Par stamp
overview-by-meter = Les compteurs les plus coûteux
overview-difference-whole = { $month } : { $difference } par rapport à ce mois.
