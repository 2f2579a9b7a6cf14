stamps-title = Stamps
