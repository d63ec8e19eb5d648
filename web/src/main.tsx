import { render } from 'preact';
import { App } from './app.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/start.css';
import './styles/workspace.css';

const page = document.getElementById('page');
if (page) render(<App />, page);
